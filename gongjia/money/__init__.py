"""money: budgets, batches, payments. Looks down at awards and rounds; work never calls money."""
