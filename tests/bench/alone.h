/* alone.h - the broker alone: letters that were sealed beforehand go in, a recipient
 * that only stores them takes them out and acknowledges. Both are processes of their
 * own, with the keys of partners whose nodes are stopped. */
#ifndef ALONE_H
#define ALONE_H

#include <stdatomic.h>

#include "tests/bench/figures.h"
#include "tests/bench/stage.h"
#include "tests/bench/usage.h"

enum { ALONE_LETTERS_MAX = 12000 };

/* What one window gave. */
struct alone_result {
    size_t n_letters;
    double seconds; /* from the first letter sent to the last receipt */
    double confirm_ms, p50_ms, p99_ms;
    double cpu_sender_us, cpu_reader_us, cpu_broker_us, written_bytes; /* of all */
};

/* Memory that the bench shares with its two processes. */
struct alone_share {
    atomic_bool sender_ready, reader_ready, end;
    atomic_int go;   /* windows that may begin */
    atomic_int done; /* windows that have ended */
    struct alone_result results[WINDOWS];
};

/* All windows, one after the other. */
void alone_run(struct stage *stage, struct alone_result results[WINDOWS]);

/* The two processes; they end by themselves. */
void alone_send(struct stage *stage, struct alone_share *share);
void alone_read(struct stage *stage, struct alone_share *share);

#endif
