/* gateway_doctor.c - is this node well? One check a line, each with its sentence. */
#include "nodes/audit.h"
#include "nodes/awaited.h"
#include "nodes/batch.h"
#include "nodes/consents.h"
#include "nodes/epochs.h"
#include "nodes/escalations.h"
#include "nodes/gateway.h"
#include "nodes/partnerships.h"
#include "nodes/rights.h"
#include "nodes/selfcheck.h"
#include "nodes/session.h"
#include "nodes/supply.h"
#include "nodes/violations.h"
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

enum {
    WORDS_BYTES = 300,
    CHECKS_MAX = 32,
    UNREGISTERED_MS = TIME_HOUR_MS, /* a withdrawal that waits longer is an alarm */
};

struct doctoring {
    enum lang lang;
    struct check checks[CHECKS_MAX];
    char words[CHECKS_MAX][WORDS_BYTES];
    size_t n;
};

/* A check with its sentence, and behind it a number or a name (NULL: none). */
static void found(struct doctoring *work, const char *name, bool ok,
        const char *sentence, const char *what)
{
    snprintf(work->words[work->n], WORDS_BYTES, "%s%s%s", sentence,
            what == NULL ? "" : " ", what == NULL ? "" : what);
    work->checks[work->n] = (struct check){name, ok, work->words[work->n]};
    work->n++;
}

static void found_number(struct doctoring *work, const char *name, bool ok,
        enum words words, int64_t number)
{
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)number);
    found(work, name, ok, words_text(words, work->lang), text);
}

static void found_words(struct doctoring *work, const char *name, bool ok,
        enum words good, enum words bad)
{
    found(work, name, ok, words_text(ok ? good : bad, work->lang), NULL);
}

static void check_link(struct node *node, struct doctoring *work)
{
    char words[WORDS_BYTES];
    session_words(node, work->lang, words, sizeof words);
    found(work, "link", node->session.welcomed,
            words[0] != '\0' ? words : words_text(WORDS_CHECK_LINK, work->lang), NULL);
    int64_t skew = node->session.clock_skew_ms;
    bool clock_ok = skew < NODE_CLOCK_SKEW_MS && skew > -NODE_CLOCK_SKEW_MS;
    found_number(work, "clock", clock_ok, WORDS_CHECK_CLOCK, skew / TIME_SECOND_MS);
}

static void check_directory(struct node *node, struct doctoring *work)
{
    uint32_t age = directory_age_days(node->directory, node_now(node));
    bool fresh = age < DIRECTORY_WARN_DAYS;
    if (directory_issued_ms(node->directory) == 0)
        found_words(work, "directory", fresh, WORDS_CHECK_NO_LIST, WORDS_CHECK_NO_LIST);
    else
        found_number(work, "directory", fresh,
                age >= DIRECTORY_NO_REFERRALS_DAYS ? WORDS_CHECK_TOO_OLD
                                                   : WORDS_CHECK_AGE,
                age);
    found_words(work, "members", directory_complete(node->directory), WORDS_CHECK_WHOLE,
            WORDS_CHECK_NOT_WHOLE);
    found_words(work, "membership", node_self(node) != NULL, WORDS_CHECK_MEMBER,
            WORDS_CHECK_NO_MEMBER);
}

static bool check_keys(struct node *node, struct doctoring *work, struct err *err)
{
    static const char *const names[] = {"identity.key", "transport.key",
            "generation.key"};
    const char *bad = NULL;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        char path[HOME_PATH_MAX + 64];
        struct stat info;
        snprintf(path, sizeof path, "%s/keys/%s", node->home.path, names[i]);
        if (stat(path, &info) != 0 || (info.st_mode & 077) != 0)
            bad = names[i];
    }
    found(work, "key_files", bad == NULL,
            words_text(bad == NULL ? WORDS_CHECK_KEYS : WORDS_CHECK_KEY_OPEN,
                    work->lang),
            bad);
    int64_t until;
    if (!epochs_until(node, &until, err))
        return false;
    int64_t days = (until - node_now(node)) / TIME_DAY_MS;
    found_number(work, "epoch_keys", days > EPOCHS_WINDOW_DAYS, WORDS_CHECK_EPOCHS,
            days > 0 ? days : 0);
    return true;
}

/* Who it is about stands in front: a long sentence is cut at its end. */
static void found_partners(struct doctoring *work, const char *name, enum words bad,
        const char *names)
{
    char sentence[WORDS_BYTES];
    snprintf(sentence, sizeof sentence, "%s: %s", names, words_text(bad, work->lang));
    found(work, name, false, sentence, NULL);
}

/* "noord, aksant"; "" when there is nobody. */
static void join_partners(const char *const *partners, size_t n, char *names,
        size_t cap)
{
    size_t len = 0;
    names[0] = '\0';
    for (size_t i = 0; i < n && len + 1 < cap; i++)
        len += (size_t)snprintf(names + len, cap - len, "%s%s", i == 0 ? "" : ", ",
                partners[i]);
}

static bool check_withdrawals(struct node *node, struct doctoring *work,
        struct err *err)
{
    struct missing_erase missing[AWAITED_SHOWN_MAX];
    const char *partners[AWAITED_SHOWN_MAX];
    size_t n_missing;
    int64_t since_ms;
    uint64_t n_open;
    bool guard = false;
    char names[WORDS_BYTES / 2];
    if (!spool_withdrawals_waiting(node->db, &n_open, &since_ms, err) ||
            !spool_missing(node->db, &node->scratch, missing, AWAITED_SHOWN_MAX,
                    &n_missing, err))
        return false;
    bool late = n_open > 0 && node_now(node) >= since_ms + UNREGISTERED_MS;
    if (n_open == 0)
        found_words(work, "withdrawals", true, WORDS_CHECK_REGISTERED,
                WORDS_CHECK_REGISTERED);
    else
        found_number(work, "withdrawals", !late,
                late ? WORDS_CHECK_UNREGISTERED : WORDS_CHECK_REGISTERING,
                (int64_t)n_open);
    for (size_t i = 0; i < n_missing; i++) {
        guard |= missing[i].guard;
        partners[i] = missing[i].partner;
    }
    join_partners(partners, n_missing, names, sizeof names);
    if (n_missing == 0)
        found_words(work, "erase_receipts", true, WORDS_CHECK_ERASED,
                WORDS_CHECK_ERASED);
    else
        found_partners(work, "erase_receipts",
                guard ? WORDS_CHECK_ERASE_GUARD : WORDS_CHECK_ERASE_MISSING, names);
    return true;
}

/* Over comes before soon. */
static bool check_partnerships(struct node *node, struct doctoring *work,
        struct err *err)
{
    struct partnership_end ends[PARTNERSHIPS_ENDS_SHOWN];
    const char *names[PARTNERSHIPS_ENDS_SHOWN];
    char text[WORDS_BYTES / 2];
    size_t n_ends, n = 0;
    bool over = false;
    if (!partnerships_ends(node, ends, &n_ends, err))
        return false;
    for (size_t i = 0; i < n_ends; i++)
        over |= ends[i].over;
    for (size_t i = 0; i < n_ends; i++)
        if (ends[i].over == over)
            names[n++] = ends[i].partner;
    join_partners(names, n, text, sizeof text);
    if (n_ends == 0)
        found_words(work, "partnerships", true, WORDS_CHECK_PARTNERSHIPS,
                WORDS_CHECK_PARTNERSHIPS);
    else
        found_partners(work, "partnerships",
                over ? WORDS_CHECK_ENDED : WORDS_CHECK_ENDS_SOON, text);
    return true;
}

static bool check_store(struct node *node, struct doctoring *work, bool full,
        struct err *err)
{
    char words[WORDS_BYTES];
    struct statvfs info;
    if (statvfs(node->home.path, &info) == 0) {
        uint64_t room = (uint64_t)info.f_bavail * info.f_frsize;
        found_number(work, "disk", room >= NODE_DISK_ROOM, WORDS_CHECK_ROOM,
                (int64_t)(room >> 20));
    }
    if (!full)
        return true;
    if (!db_check(node->db, words, sizeof words, err))
        return false;
    found(work, "store", strcmp(words, "ok") == 0, words, NULL);
    return true;
}

/* The broker's log: an alarm stands until an administrator has looked at it. */
static bool check_log(struct node *node, struct doctoring *work, struct err *err)
{
    enum code wrong;
    if (!audit_open(node, &wrong, err))
        return false;
    found(work, "audit_log", wrong == CODE_OK,
            wrong == CODE_OK ? words_text(WORDS_CHECK_LOG, work->lang)
                             : code_sentence(wrong, work->lang),
            NULL);
    return true;
}

/* Letters that held more than they said, of others and of ours. */
static bool check_quarantine(struct node *node, struct doctoring *work, struct err *err)
{
    static const struct {
        const char *name;
        bool ours;
        enum words good, bad;
    } sides[] = {
            {"quarantine", false, WORDS_CHECK_QUARANTINE_NONE, WORDS_CHECK_QUARANTINE},
            {"violations", true,  WORDS_CHECK_VIOLATION_NONE,  WORDS_CHECK_VIOLATION },
    };
    for (size_t i = 0; i < COUNT_OF(sides); i++) {
        char other[PARTNER_BYTES];
        char text[PARTNER_BYTES + 24];
        uint64_t n;
        if (!violations_count(node, sides[i].ours, &n, other, err))
            return false;
        snprintf(text, sizeof text, "%s (%llu)", other, (unsigned long long)n);
        found(work, sides[i].name, n == 0,
                words_text(n == 0 ? sides[i].good : sides[i].bad, work->lang),
                n == 0 ? NULL : text);
    }
    return true;
}

/* Requests of persons: one past its term is a breach of the law; one past half of it
 * is said in time. */
static bool check_rights(struct node *node, struct doctoring *work, struct err *err)
{
    int64_t now = node_now(node);
    int64_t half = now + (int64_t)RIGHTS_HALF_DAYS * TIME_DAY_MS;
    uint64_t late, soon, soon_theirs, unanswered;
    if (!spool_count_rights(node->db, false, now, &late, err) ||
            !spool_count_rights(node->db, false, half, &soon, err) ||
            !spool_count_rights(node->db, true, half, &soon_theirs, err) ||
            !spool_count_rights(node->db, true, now, &unanswered, err))
        return false;
    if (late > 0)
        found_number(work, "rights", false, WORDS_CHECK_RIGHTS_LATE, (int64_t)late);
    else if (unanswered > 0)
        found_number(work, "rights", false, WORDS_CHECK_RIGHTS_UNANSWERED,
                (int64_t)unanswered);
    else
        found_number(work, "rights", true, WORDS_CHECK_RIGHTS,
                (int64_t)(soon + soon_theirs));
    return true;
}

/* Consents that end soon are only named; one that ended under a referral that runs is a
 * fault, because nothing can be shared there any more. */
static bool check_consents(struct node *node, struct doctoring *work, struct err *err)
{
    uint64_t n_ending;
    uint64_t n_ended;
    if (!consents_warnings(node, &n_ending, &n_ended, err))
        return false;
    if (n_ended > 0)
        found_number(work, "consents", false, WORDS_CHECK_CONSENTS_ENDED,
                (int64_t)n_ended);
    else if (n_ending > 0)
        found_number(work, "consents", true, WORDS_CHECK_CONSENTS_ENDING,
                (int64_t)n_ending);
    else
        found_words(work, "consents", true, WORDS_CHECK_CONSENTS, WORDS_CHECK_CONSENTS);
    return true;
}

/* Only a reminder: to say nothing any more may be meant. */
static bool check_supply(struct node *node, struct doctoring *work)
{
    uint64_t n = supply_ending(node);
    if (n > 0)
        found_number(work, "supply", true, WORDS_CHECK_SUPPLY_ENDS, (int64_t)n);
    return true;
}

/* Only of who coordinates, or did so: what waits for it, and what has waited too long.
 */
static bool check_escalations(struct node *node, struct doctoring *work,
        struct err *err)
{
    uint64_t n_open, n_late;
    if (!spool_count_escalations(node->db, node_now(node), &n_open, &n_late, err))
        return false;
    if (n_open == 0 && !escalations_ours(node, NULL))
        return true;
    if (n_late > 0)
        found_number(work, "escalations", false, WORDS_CHECK_ESCALATIONS_LATE,
                (int64_t)n_late);
    else
        found_number(work, "escalations", true, WORDS_CHECK_ESCALATIONS,
                (int64_t)n_open);
    return true;
}

/* All rows, as they are looked at once a night. */
static bool check_rows(struct node *node, struct doctoring *work, struct err *err)
{
    /* What this turn has still to write is in no table yet. */
    if (!batch_flush(node, err))
        return false;
    for (int i = 0; i < SPOOL_N_CHECKS; i++) {
        enum spool_check check = (enum spool_check)i;
        char text[24];
        uint64_t n;
        if (!spool_check(node->db, check, &n, err))
            return false;
        snprintf(text, sizeof text, "%llu", (unsigned long long)n);
        found(work, selfcheck_name(check), n == 0,
                selfcheck_words(check, n == 0, work->lang), n == 0 ? NULL : text);
    }
    return true;
}

bool gateway_doctor(struct node *node, struct gateway_call *call, struct err *err)
{
    struct doctoring *work = arena_take(&node->scratch, sizeof *work);
    struct doctor *doctor = arena_take(&node->scratch, sizeof *doctor);
    if (work == NULL || doctor == NULL)
        return err_set(err, E_SIZE, "no room for the checks");
    work->lang = call->lang;
    work->n = 0;
    check_link(node, work);
    check_directory(node, work);
    if (!check_keys(node, work, err) || !check_quarantine(node, work, err) ||
            !check_withdrawals(node, work, err) ||
            !check_partnerships(node, work, err) || !check_rights(node, work, err) ||
            !check_consents(node, work, err) || !check_escalations(node, work, err) ||
            !check_supply(node, work) || !check_log(node, work, err) ||
            !check_rows(node, work, err) ||
            !check_store(node, work, call->request->doctor->full, err))
        return false;
    *doctor = (struct doctor){.checks = work->checks, .n_checks = work->n};
    call->reply.doctor = doctor;
    return true;
}
