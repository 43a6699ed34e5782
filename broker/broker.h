/* broker.h - the broker of a network: takes letters, keeps them safe, hands them over
 * when all that they need holds, and serialises what happens to offers. It never can
 * read one.
 *
 * Nothing is global: a process may hold several. The same code runs over core/loop.c
 * and tests/sim_loop.c. */
#ifndef BROKER_H
#define BROKER_H

#include "core/err.h"
#include "core/home_conf.h"
#include "core/log.h"
#include "core/loop.h"
#include "core/version.h"

#define BROKER_PROGRAM "buurtbus-broker " BUURTBUS_VERSION

struct broker;

/* Open the home (conf->home), its ledger and its sockets; hash_start comes before.
 * ERR_KEY_FILE: a key's mode; ERR_LOCKED: another process has the database;
 * ERR_CORRUPT: it is damaged; ERR_DISK_FULL; ERR_CONFIG: not joined, or no membership
 * of a broker with these keys; ERR_IO: the port is taken. log may be NULL; it is
 * borrowed. */
MUST_USE struct broker *broker_new(const struct broker_conf *conf, struct log *log,
        struct err *err);
/* To run it: loop_run(broker_loop(broker), err). */
struct loop *broker_loop(struct broker *broker);
/* Where it listens ("tcp://0.0.0.0:17171"). */
const char *broker_address(const struct broker *broker);
void broker_free(struct broker *broker);

/* For tests: rows that contradict conservation (see ledger_conserved), and how many
 * letters are in each state; false when the store fails. */
MUST_USE bool broker_conserved(struct broker *broker, int64_t *faults, struct err *err);

#endif
