/* parts.h - what one letter costs, part by part, each alone in this process.
 */
#ifndef PARTS_H
#define PARTS_H

#include "tests/bench/figures.h"
#include "tests/bench/stage.h"

/* Processor time, so that what else runs does not count, nor waiting for the disk. One
 * sample of each figure whose name begins with PART, but for PART_CURVE. folder: a
 * database is written there. */
void parts_measure(const struct stage *stage, const char *folder,
        struct figures *figures);

#endif
