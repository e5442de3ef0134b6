"""Speed, proved as ratios: each work beside others doing the same work, in one run."""
