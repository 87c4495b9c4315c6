"""Random requests: good ones, the same for the same seed."""

import itertools
from collections import Counter

from app.imaging.decode import decode
from app.tasks import TASKS
from benchmarks.pictures import CHOICES, requests


def test_random_requests_are_good_ones() -> None:
    tasks = {name for name, task in TASKS.items() if len(task.parts) == 1}
    models = [(task, f"some-{task}") for task in sorted(tasks)]
    asked = list(itertools.islice(requests(models, seed=1), 30))
    assert asked == list(itertools.islice(requests(models, seed=1), 30))
    assert asked[:1] != list(itertools.islice(requests(models, seed=2), 1))
    pictures = [decode(request.body, max_pixels=10**7) for request in asked]
    assert len({picture.pixels.shape for picture in pictures}) > 20
    assert set(Counter(request.task for request in asked)) == tasks == set(CHOICES)
    for request in asked:
        TASKS[request.task].options(**request.params)
