/* register.h - how long a decision on a consent takes in a broker's store of many
 * capsules: found by its id, read, decided. */
#ifndef REGISTER_H
#define REGISTER_H

#include "tests/bench/figures.h"

/* A ledger in this folder is filled with 10^4, 10^5 and 10^6 capsules, big with 10^7 as
 * well (some 8 GB), and at each size one sample of its figures is added: real time,
 * what was asked for having been read once before. */
void register_measure(const char *folder, bool big, struct figures *figures);

#endif
