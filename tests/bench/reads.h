/* reads.h - reading over the HTTP API: how many a second, what each costs the API and
 * the node, what a crowd that follows events holds of memory, and how long the node
 * takes to answer others while the API is flooded. */
#ifndef BENCH_READS_H
#define BENCH_READS_H

#include "tests/bench/figures.h"

/* A network of its own in this folder, of real processes; one sample of each figure. */
void reads_measure(const char *bin, const char *folder, struct figures *figures);

#endif
