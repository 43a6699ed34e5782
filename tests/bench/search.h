/* search.h - how long a search for partners takes among many services. */
#ifndef BENCH_SEARCH_H
#define BENCH_SEARCH_H

#include "tests/bench/figures.h"

/* A directory of 2,000 members with 10,000 services and as many capacities; half of the
 * members can be asked. Two samples: the median and the 99th percentile of a search. */
void search_measure(struct figures *figures);

#endif
