/* whole.h - letters over the whole path: asked for at the publisher's gateway, sealed,
 * carried, opened, and the recipient's receipt back on the publisher's disk. */
#ifndef WHOLE_H
#define WHOLE_H

#include "tests/bench/stage.h"

/* How letters are asked for. */
struct whole_load {
    size_t window;  /* letters under way at most: asked for, and no receipt yet */
    double rate;    /* letters a second, whatever is under way; 0: as fast as the
                       window lets */
    double seconds; /* then no more is asked for, and what is under way ends */
    size_t letters_max;
};

struct whole_result {
    size_t n_letters;
    double seconds; /* from the first request to the last receipt */
    double p50_ms, p99_ms;
};

/* A receipt is seen in the node's status (letters without a receipt), which is asked
 * for all the time with a window of 1 and when paced, else every few milliseconds;
 * receipts are taken to come in the order of the letters. A letter's time runs from
 * when it was due to be asked for. */
struct whole_result whole_run(struct stage *stage, const struct whole_load *load);

#endif
