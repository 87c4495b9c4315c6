"""A training run without its folder, for tests that look at the losses only."""

from export.training.run import Training


def losses_of(training: Training) -> list[float]:
    """Train to the end; the loss of every step."""
    losses = []
    for step in range(training.steps):
        training.network.train()
        loss = training.loss(step)
        training.optimizer.zero_grad()
        loss.backward()
        training.optimizer.step()
        training.schedule.step()
        losses.append(loss.item())
    return losses
