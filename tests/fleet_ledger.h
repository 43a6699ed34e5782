/* fleet_ledger.h - what a stopped broker's ledger says of all letters: conservation,
 * and the audit log read from its first row to its last. */
#ifndef FLEET_LEDGER_H
#define FLEET_LEDGER_H

#include "tests/fleet.h"

struct ledger_of_fleet {
    int64_t faults; /* rows that contradict conservation */
    int64_t n_live; /* letters that have not ended */
    size_t n_taken; /* letters that the broker took, by its audit log */
    size_t n_ended; /* letters with a terminal receipt, by its audit log */
    size_t n_twice; /* letters that were taken, or ended, more than once */
};
/* The broker does not run. Any failure to read ends the test. */
void fleet_read_ledger(struct fleet *fleet, struct ledger_of_fleet *out);

/* Put n letters of this size (control letters, which need nothing but time) into a
 * mailbox, without the broker, which does not run; and leave the ledger as a kill
 * would: what was written last lies in the WAL only. */
void fleet_fill_mailbox(struct fleet *fleet, const char *sender, const char *recipient,
        size_t n, size_t bytes);

#endif
