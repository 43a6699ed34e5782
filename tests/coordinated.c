/* coordinated.c - founding a network with coordinators, and their mandates. */
#include "tests/coordinated.h"

#include <sqlite3.h>
#include <stdio.h>

#include "core/time.h"
#include "core/vocab.h"
#include "core/wire.h"
#include "tests/peek.h"

static struct test_network founded;

int coordinated_setup(void **state)
{
    static const struct network_partner partners[] = {
            {HOME,      PARTNER_TYPE_HOMECARE      },
            {TARGET,    PARTNER_TYPE_LDC           },
            {OTHER,     PARTNER_TYPE_NEIGHBOURHOUSE},
            {REGIE,     PARTNER_TYPE_REGISSEUR     },
            {REGIE_TWO, PARTNER_TYPE_REGISSEUR     },
    };

    (void)state;
    peek_begin();
    world_found_with(&founded, partners, COUNT_OF(partners));
    return 0;
}

int coordinated_teardown(void **state)
{
    (void)state;
    network_forget(&founded);
    return 0;
}

static struct span mandate_of(struct evil *evil, uint64_t version, bool ended)
{
    const struct mandate mandate = {.text = "Nobody gets stuck."};
    const struct statement said = {.v = 1,
            .author = evil->name,
            .kind = STATEMENT_KIND_MANDATE,
            .subject = "",
            .version = version,
            .issued_ms = (uint64_t)sim_now(),
            .until_ms = (uint64_t)(sim_now() + (int64_t)300 * TIME_DAY_MS),
            .ended = ended,
            .mandate = ended ? NULL : &mandate};

    return evil_sign(evil, KIND_STATEMENT, &WIRE_STATEMENT, &said);
}

void coordinated_mandate(const char *id)
{
    struct evil *evil = evil_new(id);
    struct span mandate = mandate_of(evil, 1, false);

    evil_connect(evil);
    network_must(strcmp(evil_publish(evil, &mandate, 1), "") == 0, "a mandate", NULL);
    evil_free(evil);
    world_start(id);
    world_quiet();
}

void coordinated_mandate_over(struct evil *evil)
{
    struct span mandate = mandate_of(evil, 2, true);

    network_must(strcmp(evil_publish(evil, &mandate, 1), "") == 0, "its end", NULL);
}

void coordinated_mandate_ends(struct evil *broker)
{
    struct evil *evil = evil_new(REGIE);
    struct span mandate = mandate_of(evil, 2, true);

    world_start(REGIE);
    evil_serve(broker, REGIE);
    evil_tell(broker, &mandate, 1);
    evil_free(evil);
}

void coordinated_fresh(uint64_t seed)
{
    world_begin(seed, &founded, HOME);
    coordinated_mandate(REGIE);
    coordinated_mandate(REGIE_TWO);
}

const struct escalation_list *coordinated_list(bool all, bool unplaced)
{
    const struct list_escalations list = {.all = all, .unplaced = unplaced};
    struct request request = {.escalations = &list};

    return world_must(REGIE, &request, "")->escalations;
}

static void change(const char *format, int n, const char *text)
{
    char path[WORLD_PATH_BYTES], *sql = sqlite3_mprintf(format, n, text);
    struct sqlite3 *db = NULL;

    world_stop(REGIE);
    world_db(REGIE, path);
    bool ok = sql != NULL && sqlite3_open(path, &db) == SQLITE_OK &&
              sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
    if (!ok)
        fprintf(stderr, "%s\n", sqlite3_errmsg(db));
    network_must(ok, "change the store", NULL);
    sqlite3_free(sql);
    (void)sqlite3_close(db);
}

void coordinated_fill(int n, const char *told_by)
{
    static const char SQL[] =
            "CREATE TEMP TABLE many AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL "
            "SELECT i + 1 FROM n WHERE i < %d) SELECT i + 100000 AS i FROM n;"
            "INSERT INTO case_file SELECT i, 5, 'thuiszorg', '', randomblob(16), "
            "zeroblob(16), 0, 0, 2, '21004', 0, NULL, 0, 0, 1, 0, 0, 1, 1, NULL, 0, 0, 0 "
            "FROM many;"
            "INSERT INTO escalation SELECT i, randomblob(16), 1, '', 1, 1, 1, 0, %Q, "
            "'', '', 0, 0 FROM many";

    change(SQL, n, told_by != NULL ? told_by : "");
}

void coordinated_over(void)
{
    char now[24];

    snprintf(now, sizeof now, "%lld", (long long)sim_now());
    change("UPDATE escalation SET closed_ms = %d + %Q WHERE closed_ms = 0", 0, now);
}

void coordinated_age(int days)
{
    change("UPDATE escalation SET closed_ms = closed_ms - %d * 86400000 "
           "WHERE closed_ms > 0",
            days, "");
    world_start(REGIE);
}
