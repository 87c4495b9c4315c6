"""Colours of classes: a card's own, or a default that colour-blind people can tell apart."""

from collections.abc import Sequence

Color = tuple[int, int, int]

VOID = 255
"""Class of pixels that a model was not shown, or that nobody has labelled; the ignored label of
PASCAL VOC and Cityscapes."""

# The first seven are those of Okabe and Ito (jfly.uni-koeln.de/color). Each further one is, of a
# grid of 20 levels a channel and lightness J' 15 to 97, the colour farthest from all before it.
# The distance of two colours is the smallest of four in CAM02-UCS: as they are, and as seen
# without red, green or blue cones (Machado et al. 2009, severity 100). Computed for this project
# with colorspacious 1.1.2; of the first 24 no two are nearer than 11, of the first 64 than 6.
_DEFAULT = bytes.fromhex(
    "e69f0056b4e9009e73f0e4420072b2d55e00cc79a743000d1b0d6bc9ffe4515151941b00aec9940000d7362836"
    "79f2ff9479ff6b366b796b79865e436b2828d7aebcd7f2a1bc36004336ff6b9443ae369494ae5e86d75e860094"
    "5e000086ae946bd7d7aec9ffbce4bcf26bc9281b436b516b004351794336bc5e945e796bd700bcd794bcd7861b"
    "f2bc289494fff2ff79945ed794e4d70d281baeffffae869451286b364343515e86c9d786a14328790d00511b28"
    "43a1d7c9bcae867951ff6b86366b5e0000942843aef2517979861bd7ffc9516bff94f26bbcaed7281b28362851"
    "1b5179d75eae5e431ba15e365e00365186945e2836aebc7951ae43a1a1a17994bc94865ea12851a151bc5ec951"
    "bc365e1b0df2285e43ffc9f2e494f2d7c9c936361b795e798679d7949486c96b36a1945ebcd7a1aeaeaeae0036"
    "6b51d728e43636364336280da1bc94516b6bffe4f2f2aef2795ea17936860d00ae86bc28436b00860d5e5e866b"
    "285143ae6b86aef2d7c9e4a136005151001b79e4e4510d79ff86aeff36c95e36c9c9ff0086365e6bff8694515e"
    "6bc9c9c9f2c9942828791b51515e515ebc43d7d751d786aea1aeff1b285e866b86aea1d786a11bae7986430036"
    "bcc979c91bff861b36e4ffa1d7a1bc7979a194e46bc951a1d7e4e4a1ff5eae286b940079c96b79282843f2aec9"
    "d70d868686e40d5eaea1a16b6b430d6b0d86865e86bc6b946b1b1bd779ff3628ae0079e4d7a186a1d7aeaee4c9"
    "6b6b517943a15e365e94c9e4bc86d7c90028e41b6bf2a1c994a186006b9479bca1a16b4379517951d743ff361b"
    "43aeae86a19436947986d7bcffd7f2bcbc6be4001ba179aeae00948694a1ae6bbce4bcd7d70d36c90051361b51"
    "bc9436f2d7ff517936e4c9e451a1518636431b28009479c90043e4e4869494434351282894bce41bbc79f2866b"
    "6b286bd7fff2364379431b28a1d7ff430028f2a1a1ae43a1e4ae86ff1bbc94f2e42894a1ae94a194e4aed7d7d7"
    "51f294d79479795eae28431b94f2ae86c9a19494e400795eff5ebc6b94c95e5e36bca1c96b000da1866bae94bc"
    "000000"  # void
)


def palette(own: Sequence[Color] | None) -> tuple[Color, ...]:
    """256 colours: first those of the card, then the default ones of the further classes."""
    default = zip(_DEFAULT[0::3], _DEFAULT[1::3], _DEFAULT[2::3], strict=True)
    first = tuple(own or ())[:256]
    return first + tuple(default)[len(first) :]
