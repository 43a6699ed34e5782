/* proofs.h - how long the broker takes for the first proof of a leaf in a long audit
 * log: nothing of it lies ready. */
#ifndef BENCH_PROOFS_H
#define BENCH_PROOFS_H

#include "tests/bench/figures.h"

/* A ledger in this folder is filled with 10^4, 10^5 and 10^6 leaves, big with 10^7 as
 * well (some 3 GB), and at each size one sample of its figures is added: leaf, path and
 * consistency of a place that was not asked for, when neither the tiles nor the pages
 * of the database are in memory, nor the file in that of the system. */
void proofs_measure(const char *folder, bool big, struct figures *figures);

#endif
