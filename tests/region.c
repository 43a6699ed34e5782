/* region.c - a few networks of growing size; a smaller one than was founded is its
 * first partners, and the others are never there. */
#include "tests/region.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/time.h"
#include "core/vocab.h"
#include "tests/world.h"

enum { NAME_BYTES = 32 };

static struct region {
    size_t n_partners, n_hubs;
    bool made;
    struct test_network founded, given;
    uint8_t *areas, *revocation;
    size_t areas_len, revocation_len;
} regions[] = {
        {.n_partners = 6,                   .n_hubs = 2              },
        {.n_partners = 16,                  .n_hubs = 2              },
        {.n_partners = REGION_PARTNERS_MAX, .n_hubs = REGION_HUBS_MAX}
};

static char names[REGION_PARTNERS_MAX][NAME_BYTES];

static struct region *at_least(size_t n_partners)
{
    size_t i = 0;

    while (i + 1 < COUNT_OF(regions) && regions[i].n_partners < n_partners)
        i++;
    return &regions[i];
}

/* One of each kind that matters to the rules, then ordinary ones. */
static uint16_t type_of(size_t partner)
{
    static const uint16_t first[] = {PARTNER_TYPE_HOMECARE, PARTNER_TYPE_LDC,
            PARTNER_TYPE_MELDPUNT, PARTNER_TYPE_NEIGHBOURHOUSE, PARTNER_TYPE_REGISSEUR,
            PARTNER_TYPE_LDC, PARTNER_TYPE_REGISSEUR};

    return partner < COUNT_OF(first) ? first[partner]
           : partner % 2 == 0        ? PARTNER_TYPE_LDC
                                     : PARTNER_TYPE_NEIGHBOURHOUSE;
}

/* Places that are new to everybody. */
#define MORE_AREAS                                                                     \
    NETWORK_AREAS "21012\tSint-Jans\tSaint-Jean\tSaint John\topen\topen\n"
#define MORE_SECTORS NETWORK_SECTORS "21012A01-\t21012\t\topen\topen\n"

static const int64_t FIRST_DAY_MS = (int64_t)WORLD_START_MS_DAY * TIME_DAY_MS;

/* What the steward says later: new places, and then that one has left. */
static void say_places(const struct test_network *network)
{
    network_areas(network, MORE_AREAS, MORE_SECTORS,
            FIRST_DAY_MS + 9 * TIME_HOUR_MS + TIME_MINUTE_MS);
}

static void say_left(const struct test_network *network)
{
    network_revoke(network, names[REGION_REVOKED], FIRST_DAY_MS + 10 * TIME_HOUR_MS);
}

/* This costs a passphrase, so that it is done once for all lives. */
static void prepare_bundles(struct region *region)
{
    struct test_network copy;

    network_copy(&region->founded, &copy);
    say_places(&copy);
    region->areas = network_bundle(&copy, &region->areas_len);
    say_left(&copy);
    region->revocation = network_bundle(&copy, &region->revocation_len);
    network_forget(&copy);
}

void region_publish(const struct test_network *network, bool revoked, int64_t now_ms)
{
    say_places(network);
    if (revoked)
        say_left(network);
    network_publish(network, now_ms);
}

static void make(struct region *region)
{
    struct network_partner partners[REGION_PARTNERS_MAX];
    const char *hubs[REGION_HUBS_MAX];
    const struct network_antenna antenna = {REGION_ANTENNA, REGION_SUPPORTER};

    for (size_t i = 0; i < region->n_partners; i++) {
        snprintf(names[i], sizeof names[i], "partner-%zu", i + 1);
        partners[i] = (struct network_partner){names[i], type_of(i)};
    }
    for (size_t i = 0; i < region->n_hubs; i++)
        hubs[i] = names[i];
    world_found_supporting(&region->founded, partners, region->n_partners, &antenna);
    world_on_disks(false);
    world_settle(&region->founded, hubs, region->n_hubs);
    prepare_bundles(region);
    region->made = true;
}

const struct test_network *region_of(size_t n_partners)
{
    struct region *region = at_least(n_partners);

    if (!region->made)
        make(region);
    region->given = region->founded;
    region->given.n_partners = n_partners;
    return &region->given;
}

size_t region_hubs(size_t n_partners)
{
    size_t n_hubs = at_least(n_partners)->n_hubs;

    return n_hubs < n_partners ? n_hubs : 1;
}

const uint8_t *region_revocation(size_t n_partners, size_t *len, size_t *partner)
{
    const struct region *region = at_least(n_partners);

    if (n_partners <= REGION_REVOKED)
        return NULL;
    *len = region->revocation_len;
    *partner = REGION_REVOKED;
    return region->revocation;
}

const uint8_t *region_areas(size_t n_partners, size_t *len)
{
    const struct region *region = at_least(n_partners);

    *len = region->areas_len;
    return region->areas;
}

void region_forget(void)
{
    for (size_t i = 0; i < COUNT_OF(regions); i++) {
        if (!regions[i].made)
            continue;
        network_forget(&regions[i].founded);
        free(regions[i].areas);
        free(regions[i].revocation);
        regions[i].made = false;
    }
}
