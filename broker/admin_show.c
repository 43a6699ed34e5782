/* admin_show.c - what the broker tells its administrator: status, health, the
 * directory. */
#include <stdio.h>
#include <sys/statvfs.h>

#include "broker/admin.h"
#include "core/db.h"
#include "core/hash.h"

enum {
    CHECKS_MAX = 16,
    CHECK_WORDS_BYTES = 300,
    ENTRIES_MAX = 500,
    MEMBER_AREAS_MAX = 64,
};

static bool letters_waiting(struct broker *broker, uint64_t *n, struct err *err)
{
    int64_t counts[LEDGER_LETTER_STATES];

    if (!ledger_letter_counts(broker->ledger, counts, err))
        return false;
    *n = (uint64_t)(counts[LETTER_LODGED] + counts[LETTER_WAITING] +
                    counts[LETTER_HANDED]);
    return true;
}

static bool escalations(struct broker *broker, struct status *out, struct err *err)
{
    int64_t n_open, n_gaps;

    if (!ledger_escalation_counts(broker->ledger, &n_open, &n_gaps, err))
        return false;
    out->escalations_open = (uint64_t)n_open;
    out->gaps = (uint64_t)n_gaps;
    return true;
}

bool admin_status(struct broker *broker, struct admin_call *call, struct err *err)
{
    struct status *out = arena_take(&broker->frame, sizeof *out);
    struct link_report report;

    if (out == NULL)
        return err_set(err, ERR_NOMEM, "no room for the status");
    link_report(broker->bus, &report);
    *out = (struct status){
            .partner = broker->name,
            .network = directory_network(broker->directory)->name,
            .connected = true,
            .directory_serial = directory_serial(broker->directory),
            .directory_age_days = directory_age_days(broker->directory, broker->now_ms),
            .members = directory_member_count(broker->directory),
            .db_bytes = (uint64_t)db_bytes(ledger_db(broker->ledger)),
            .connections = report.connections,
            .link_words = "",
            .program = BROKER_PROGRAM,
            .address = link_address(broker->bus),
            .checked_ms = (uint64_t)broker->selfcheck.at_ms,
            .faults = (uint64_t)broker->selfcheck.faults,
    };
    call->reply.status = out;
    return call->request->status->quiet ||
           (letters_waiting(broker, &out->letters_waiting, err) &&
                   escalations(broker, out, err));
}

/* ---- doctor ---- */

struct checkup {
    struct arena *arena;
    struct check *checks;
    size_t n;
};

static void add_check(struct checkup *checkup, const char *name, bool ok,
        const char *words)
{
    char *copy = arena_take(checkup->arena, CHECK_WORDS_BYTES);

    if (copy == NULL || checkup->n == CHECKS_MAX)
        return;
    snprintf(copy, CHECK_WORDS_BYTES, "%s", words);
    checkup->checks[checkup->n++] =
            (struct check){.name = name, .ok = ok, .words = copy};
}

static void check_directory(struct broker *broker, struct checkup *checkup)
{
    uint32_t days = directory_age_days(broker->directory, broker->now_ms);
    char words[CHECK_WORDS_BYTES];

    snprintf(words, sizeof words,
            days < DIRECTORY_WARN_DAYS
                    ? "the steward's snapshot is %u days old"
                    : "the steward's snapshot is %u days old; ask for a new bundle",
            days);
    add_check(checkup, "directory_age", days < DIRECTORY_WARN_DAYS, words);
    bool whole = directory_complete(broker->directory);
    add_check(checkup, "directory_whole", whole,
            whole ? "all memberships and areas that the snapshot counts are here"
                  : "the memberships or areas are not those that the snapshot counts; "
                    "load the steward's newest bundle");
}

static void check_disk(struct broker *broker, struct checkup *checkup)
{
    struct statvfs info;
    char words[CHECK_WORDS_BYTES];

    if (statvfs(broker->home.path, &info) != 0) {
        add_check(checkup, "disk", false, "the disk of the home cannot be asked");
        return;
    }
    uint64_t free_mib = (uint64_t)info.f_bavail * info.f_frsize >> 20;
    bool ok = free_mib >= (uint64_t)2 * DISK_LOW_MIB;
    snprintf(words, sizeof words, "%llu MiB free%s", (unsigned long long)free_mib,
            ok ? "" : "; under 64 MiB nothing new is taken, make room");
    add_check(checkup, "disk", ok, words);
}

static void check_link(struct broker *broker, struct checkup *checkup)
{
    struct link_report report;
    char words[CHECK_WORDS_BYTES];

    link_report(broker->bus, &report);
    snprintf(words, sizeof words,
            "listens on %s; %llu connections, %llu strangers refused, %llu cut",
            link_address(broker->bus), (unsigned long long)report.connections,
            (unsigned long long)report.refused_keys, (unsigned long long)report.cut);
    add_check(checkup, "bus", true, words);
}

static bool check_ledger(struct broker *broker, bool full, struct checkup *checkup,
        struct err *err)
{
    char words[CHECK_WORDS_BYTES] = "";

    for (int i = 0; i < LEDGER_N_CHECKS; i++) {
        enum ledger_check check = (enum ledger_check)i;
        int64_t n;
        if (!ledger_check(broker->ledger, check, &n, err))
            return false;
        snprintf(words, sizeof words, "%s", nightly_words(check, n == 0));
        if (n > 0)
            snprintf(words, sizeof words, "%lld %s", (long long)n,
                    nightly_words(check, false));
        add_check(checkup, nightly_name(check), n == 0, words);
    }
    if (!full)
        return true;
    if (!db_check(ledger_db(broker->ledger), words, sizeof words, err))
        return false;
    add_check(checkup, "database", strcmp(words, "ok") == 0, words);
    return true;
}

bool admin_doctor(struct broker *broker, struct admin_call *call, struct err *err)
{
    struct doctor *out = arena_take(&broker->frame, sizeof *out);
    struct checkup checkup = {.arena = &broker->frame};

    checkup.checks = arena_take(&broker->frame, CHECKS_MAX * sizeof *checkup.checks);
    if (out == NULL || checkup.checks == NULL)
        return err_set(err, ERR_NOMEM, "no room for the checks");
    add_check(&checkup, "keys", true, "the private keys were read, mode 0600");
    check_directory(broker, &checkup);
    check_disk(broker, &checkup);
    check_link(broker, &checkup);
    if (!check_ledger(broker, call->request->doctor->full, &checkup, err))
        return false;
    out->checks = checkup.checks;
    out->n_checks = checkup.n;
    call->reply.doctor = out;
    return true;
}

/* ---- directory ---- */

static bool entry_of(struct broker *broker, const struct member *member,
        struct entry *out, struct err *err)
{
    struct arena *arena = &broker->frame;
    const char **areas = arena_take(arena, MEMBER_AREAS_MAX * sizeof *areas);
    char *fingerprint = arena_take(arena, FINGERPRINT_TEXT_BYTES);

    if (areas == NULL || fingerprint == NULL)
        return err_set(err, ERR_NOMEM, "no room for the directory");
    for (size_t i = 0; i < member->n_areas; i++)
        areas[i] = member->areas[i];
    struct key32 hash = hash_sha256_one(SPAN_OF(member->identity_key));
    if (member->role != ROLE_SUPPORTED)
        ids_fingerprint(&hash, fingerprint);
    *out = (struct entry){
            .partner = member->partner,
            .name = member->name,
            .partner_type = member->partner_type,
            .supported_by = member->supported_by,
            .areas = areas,
            .n_areas = member->n_areas,
            .intake = directory_intake(broker->directory, member->partner,
                    broker->now_ms),
            .partnership = "",
            .has_key = directory_epoch_key(broker->directory, member->partner,
                               broker->now_ms) != NULL,
            .fingerprint = fingerprint,
    };
    return true;
}

bool admin_directory(struct broker *broker, struct admin_call *call, struct err *err)
{
    const struct list_directory *asked = call->request->directory;
    struct directory_list *out = arena_take(&broker->frame, sizeof *out);
    struct entry *entries = arena_take(&broker->frame, ENTRIES_MAX * sizeof *entries);

    if (out == NULL || entries == NULL)
        return err_set(err, ERR_NOMEM, "no room for the directory");
    for (size_t i = 0; i < directory_member_count(broker->directory); i++) {
        const struct member *member = directory_member_at(broker->directory, i);
        bool wanted = asked->partner[0] == '\0' ||
                      strcmp(asked->partner, member->partner) == 0;
        if (!wanted || member->revoked || member->clashed ||
                out->n_entries == ENTRIES_MAX)
            continue;
        if (!entry_of(broker, member, &entries[out->n_entries], err))
            return false;
        out->n_entries++;
    }
    out->entries = entries;
    out->serial = directory_serial(broker->directory);
    out->issued_ms = (uint64_t)directory_issued_ms(broker->directory);
    out->age_days = directory_age_days(broker->directory, broker->now_ms);
    call->reply.directory = out;
    return true;
}
