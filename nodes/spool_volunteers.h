/* spool_volunteers.h - how many volunteers an antenna of ours has, about, and what they
 * may take on at once. Never who they are. */
#ifndef SPOOL_VOLUNTEERS_H
#define SPOOL_VOLUNTEERS_H

#include "nodes/spool.h"

enum { SPOOL_VOLUNTEERS_MAX = 100 }; /* antennas */

struct spool_volunteers {
    char antenna[PARTNER_BYTES];
    uint16_t band;     /* vocab capacity_band; 0: not said */
    uint32_t most;     /* tasks at once */
    int32_t pause_day; /* nothing new up to and including that day; 0: no pause */
};

MUST_USE bool spool_put_volunteers(struct db *db,
        const struct spool_volunteers *volunteers, struct err *err);
MUST_USE bool spool_drop_volunteers(struct db *db, const char *antenna, bool *found,
        struct err *err);
/* All of them, ordered by antenna. */
MUST_USE bool spool_volunteers(struct db *db,
        struct spool_volunteers volunteers[SPOOL_VOLUNTEERS_MAX], size_t *n_volunteers,
        struct err *err);
/* Referrals that came for this antenna and were taken on, and are not over. */
MUST_USE bool spool_antenna_tasks(struct db *db, const char *antenna, uint32_t *n_tasks,
        struct err *err);

#endif
