/* watch.h - what must be true of a simulated world after each turn of each program,
 * after each step, and when all is over. The first thing that is not true ends the test
 * program with words, and with the line that makes it happen again. */
/* clang-format off */
/*   I1  durable before accepted    a letter whose submission was answered, and that has no end, is in the store that answered,
 *                                  or is forgotten there in its time, and its end lies in its sender's mailbox
 *   I2  needs at hand-over         nothing personal waits or leaves under a withdrawn consent; no content before the accept
 *   I3  audit before effect        each taking, hand-over and end has its leaf by the end of the turn
 *   I4  conservation               one state for each letter, which only goes on; at the end all are terminal, all mailboxes
 *                                  empty, and each sender holds the receipt that fits
 *   I5  one effect                 no two cases of one letter, no more said in a case than letters came for it; the same
 *                                  request again makes nothing
 *   I6  durable before delivered   what its reader has acknowledged is in the reader's store, or is forgotten there in its time
 *   I7  blind broker               no frame of the bus holds a word of a content
 *   I10 withdrawal is final        none is forgotten, at the broker or at a node
 *   I11 deny by default            an offer takes only steps of the machine; two candidates never have one referral
 *   I12 log append-only            it never shrinks; at the end its leaves give its head
 *   I13 replays inert              all of this with frames that come twice
 *   I15 mailbox isolation          mail holds only what is for the node that it goes to
 *   I16 backed by a receipt        no letter is held for ended without one
 *   I17 nothing twice              no message id and no encapsulated key for two letters
 *   I20 after any crash            all of this goes on after it; the store is whole
 *   I21 fail closed                a program whose disk fails says nothing that is not there
 *   I23 a wiped broker             all of this at the end, whatever was lost
 *
 * Besides: no row that nothing would move, or that is nobody's (watch_rows.h); at the end every node reads one directory, and
 * who raised a signal has heard what its reader told.
 *
 * I8, I9, I14, I18 and I22 are properties of one thing and not of a life; they have
 * tests of their own. */
/* clang-format on */
#ifndef WATCH_H
#define WATCH_H

#include <stdint.h>

#include "tests/plan.h"

/* Watch the world that has just begun; seed is for the words. */
void watch_begin(uint64_t seed);
/* The same, of a life that follows a plan. */
void watch_plan(const struct plan *plan);
/* After each step of a life: what is true between two stores. */
void watch_step(void);

/* The broker's store is a new one now, or an older one. */
void watch_new_broker_store(void);
/* This node's store is an older one now. */
void watch_restored(const char *id);
/* This partner was revoked: nothing of its own has to end any more. */
void watch_gone(const char *id);

/* All faults are healed and nobody says anything any more: do all sides agree on each
 * offer? */
void watch_agreed(void);
/* Every sender has cancelled what it asks: only what its sender has lost, and knows
 * nothing of, is not decided yet. */
void watch_decided(void);
/* All offers were ended besides: has every letter come to its one end, and does its
 * sender know? */
void watch_ended(void);

/* What was seen so far, over all worlds: so that a test can say that something
 * happened. */
struct watch_counts {
    uint64_t checks, offers, steps, letters, accepted, withdrawn, refused, stores;
};
struct watch_counts watch_counts(void);

/* From here on, the kind of what was broken is also written there before the process
 * ends: one address for each kind, never followed. */
void watch_tell(const void **kind);
/* "not ok - seed 7: ..." and the line that replays it; does not return. */
_Noreturn void watch_broken(const char *format, ...)
        __attribute__((format(printf, 1, 2)));

#endif
