/** Light or dark: as the system says, until a choice is made here. */

const NAME = "densight.theme";

export function themeButton(button) {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const now = () => document.documentElement.dataset.theme ?? (dark.matches ? "dark" : "light");

  function tell() {
    button.textContent = now() === "dark" ? "Light" : "Dark";
    button.setAttribute("aria-label", `Switch to the ${button.textContent.toLowerCase()} theme`);
  }

  const kept = localStorage.getItem(NAME);
  if (kept) document.documentElement.dataset.theme = kept;
  button.addEventListener("click", () => {
    const next = now() === "dark" ? "light" : "dark";
    document.documentElement.dataset.theme = next;
    localStorage.setItem(NAME, next);
    tell();
  });
  dark.addEventListener("change", tell);
  tell();
}
