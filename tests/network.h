/* network.h - a network founded for a test: a steward, a broker and partners, each with
 * its home in one temporary folder. */
#ifndef NETWORK_H
#define NETWORK_H

#include "core/arena.h"
#include "core/home.h"
#include "core/steward.h"

enum { NETWORK_PATH_BYTES = 200, NETWORK_PARTNERS_MAX = 40 };

struct network_partner {
    const char *id;
    uint16_t type; /* vocab partner_type */
};

struct test_network {
    char folder[NETWORK_PATH_BYTES]; /* PATH/NAME is the home of each */
    char address[LOOP_ADDRESS_BYTES];
    struct network_partner partners[NETWORK_PARTNERS_MAX];
    size_t n_partners;
};

#define NETWORK_BROKER     "makelaar"
#define NETWORK_PASSPHRASE "a passphrase for tests"

/* An informal network without a node of its own, and the partner that supports it. */
struct network_antenna {
    const char *id;
    size_t supporter;
};

/* Found it: homes made, all admitted, all joined. address: of the broker, with its
 * port. antenna: may be NULL. Any failure ends the test program with words. */
void network_found(struct test_network *network, const char *address,
        const struct network_partner *partners, size_t n_partners,
        const struct network_antenna *antenna, int64_t now_ms);
void network_forget(struct test_network *network);

/* A copy of all homes as they are, in a new folder; for many runs from one founding.
 * With fewer partners than were founded, the others are members that nobody ever sees.
 */
void network_copy(const struct test_network *network, struct test_network *copy);

void network_home(const struct test_network *network, const char *id,
        char path[NETWORK_PATH_BYTES]);

/* Change one line of a program's settings, before it is started. */
void network_set(const struct test_network *network, const char *id, const char *key,
        const char *value);

/* The steward sets the tables of municipalities and sectors: lines behind the heads of
 * areas.tsv and sectors.tsv. A network is founded with NETWORK_AREAS and
 * NETWORK_SECTORS; nobody has heard of later ones yet. */
#define NETWORK_AREAS                                                                  \
    "11002\tAntwerpen\tAnvers\tAntwerp\topen\topen\n"                                  \
    "21004\tBrussel\tBruxelles\tBrussels\topen\topen\n"                                \
    "21009\tElsene\tIxelles\tIxelles\topen\topen\n"                                    \
    "44021\tGent\tGand\tGhent\topen\topen\n"
#define NETWORK_SECTORS                                                                \
    "21004A01-\t21004\t\topen\topen\n"                                                 \
    "21004A02-\t21004\t\topen\topen\n"                                                 \
    "21004A03-\t21004\t\topen\topen\n"                                                 \
    "21004A04-\t21004\t\topen\topen\n"                                                 \
    "21004A05-\t21004\t\topen\topen\n"                                                 \
    "21004A06-\t21004\t\topen\topen\n"                                                 \
    "21009A01-\t21009\t\topen\topen\n"                                                 \
    "21009A02-\t21009\t\topen\topen\n"                                                 \
    "21009A03-\t21009\t\topen\topen\n"                                                 \
    "21009A04-\t21009\t\topen\topen\n"                                                 \
    "21009A05-\t21009\t\topen\topen\n"                                                 \
    "21009A06-\t21009\t\topen\topen\n"                                                 \
    "44021A01-\t44021\t\topen\topen\n"                                                 \
    "44021A02-\t44021\t\topen\topen\n"                                                 \
    "44021A03-\t44021\t\topen\topen\n"
void network_areas(const struct test_network *network, const char *areas,
        const char *sectors, int64_t now_ms);

/* The steward's newest bundle, whole, on the heap. */
uint8_t *network_bundle(const struct test_network *network, size_t *len);
/* One more partner: its home made, admitted, joined. The others and the broker have not
 * heard of it yet. */
void network_admit(struct test_network *network, const struct network_partner *partner,
        int64_t now_ms);
/* Give a partner this identity key (NULL: the one that it has) by a new membership. */
void network_rotate(const struct test_network *network, const char *id,
        const struct key32 *identity, int64_t now_ms);
/* Give a partner a new membership that ends then. */
void network_until(const struct test_network *network, const char *id, int64_t until_ms,
        int64_t now_ms);
/* The steward publishes what is in force, in a snapshot of now; nobody has heard of it
 * yet. */
void network_publish(const struct test_network *network, int64_t now_ms);
/* Revoke a partner: the steward's bundle says so from now on; nobody has heard of it
 * yet. */
void network_revoke(const struct test_network *network, const char *id, int64_t now_ms);

/* End the program with words when ok is false. */
void network_must(bool ok, const char *what, const struct err *err);

#endif
