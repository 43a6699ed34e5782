/* lane.h - how long a crisis takes from the request at its sender to the inbox of its
 * reader, while that reader takes tens of thousands of routine letters. */
#ifndef BENCH_LANE_H
#define BENCH_LANE_H

#include "tests/bench/figures.h"

/* A network of its own in this folder, of real processes; one sample of each figure. */
void lane_measure(const char *bin, const char *folder, struct figures *figures);

#endif
