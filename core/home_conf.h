/* home_conf.h - the settings files broker.conf and node.conf: what they may say, in one
 * table each. */
#ifndef HOME_CONF_H
#define HOME_CONF_H

#include "core/conf.h"
#include "core/lifecycle_limits.h"
#include "core/log.h"
#include "core/loop.h"

enum {
    HOME_PATH_MAX = 200,
    TIMER_AREAS_MAX = 64, /* sections of timers */
};

/* A section of timers that holds wherever no other one does. */
#define TIMERS_ELSEWHERE "*"

/* What a section says of one area. */
struct timers_conf {
    char area[6]; /* a NIS code */
    struct lifecycle_limits said;
};

/* What a broker is started with. The partner name, the name of the network and the keys
 * of others come from the bundle. */
struct broker_conf {
    char home[HOME_PATH_MAX]; /* not in the file: --home */
    const char *vfs; /* not in the file: NULL, or the storage that a test gives */
    char listen[LOOP_ADDRESS_BYTES];
    int64_t gather_ms;
    int64_t pending_letters, pending_mib; /* of one sender for one recipient */
    int64_t mailbox_letters, mailbox_mib;
    int64_t refused_letters;   /* of one sender that are remembered */
    int64_t early_withdrawals; /* of one partner, of consents that are not here */
    int64_t brought_consents;  /* of one partner in a day, without a letter */
    char log_level[8];
    struct timers_conf timers[TIMER_AREAS_MAX];
    size_t n_timers;
};
extern const struct conf_key BROKER_KEYS[];
extern const size_t N_BROKER_KEYS;
#define BROKER_CONF_TITLE "Settings of a Buurtbus broker"

/* What a node is started with; where its broker is stands in its bundle. */
struct node_conf {
    char home[HOME_PATH_MAX];                /* not in the file: --home */
    const char *vfs;                         /* not in the file */
    char broker_address[LOOP_ADDRESS_BYTES]; /* "": the address of the broker's
                                                membership */
    char language[8];
    int64_t overviews;         /* 0: coordinators are shown no previews of ours */
    char data_protection[121]; /* whom people tell of what was not erased; "": nobody */
    /* How long things stay (docs/operating.md); nodes/retention.c says what each is of.
     */
    int64_t keep_cases_days, keep_records_days, keep_patient_days;
    int64_t keep_signals_days, open_signals_days;
    int64_t keep_consents_days, keep_registers_days, keep_proofs_days;
    char log_level[8];
};
extern const struct conf_key NODE_KEYS[];
extern const size_t N_NODE_KEYS;
#define NODE_CONF_TITLE "Settings of a Buurtbus node"

/* "error", "warn", "info" or "debug"; false when it is none of them. */
MUST_USE bool home_log_level(const char *text, enum log_level *level);

#endif
