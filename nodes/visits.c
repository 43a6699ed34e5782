/* visits.c - home visits as rows of the table of attempts. */
#include "nodes/visits.h"

#include <stdio.h>

#include "nodes/cases.h"
#include "nodes/quiet.h"

enum { TELL_AT_ONCE = 100 /* visits; the next round of upkeep goes on */ };

/* ------------------------------------------------------------- who go */

void visits_put_goes(const uint16_t *goes, size_t n_goes, struct spool_attempt *row)
{
    size_t len = 0;
    row->goes[0] = '\0';
    for (size_t i = 0; i < n_goes && len < sizeof row->goes; i++) {
        int put = snprintf(row->goes + len, sizeof row->goes - len, "%s%s",
                i == 0 ? "" : ",", vocab_code(VOCAB_VISIT_GOER, goes[i]));
        len += put > 0 ? (size_t)put : 0;
    }
}

size_t visits_get_goes(const struct spool_attempt *row,
        uint16_t goes[OUTREACH_GOERS_MAX])
{
    const char *at = row->goes;
    size_t n = 0;
    while (*at != '\0' && n < OUTREACH_GOERS_MAX) {
        char code[VOCAB_CODE_BYTES];
        size_t len = strcspn(at, ",");
        snprintf(code, sizeof code, "%.*s", (int)len, at);
        uint16_t who = vocab_find(VOCAB_VISIT_GOER, code);
        if (who != 0)
            goes[n++] = who;
        at += len + (at[len] == ',');
    }
    return n;
}

/* ------------------------------------------------------------- what is known */

/* How the person wants to be reached. */
static bool read_person(struct node *node, const struct spool_case *file,
        struct visits_known *known, struct err *err)
{
    struct content content;
    struct span packed;
    bool found;
    if (!cases_read(node, file, file->content, &found, &packed, &content, err))
        return false;
    if (found && content.referral != NULL && content.referral->person != NULL)
        known->contact_rule = content.referral->person->contact_rule;
    return true;
}

/* A no holds in each case of the same story, in a case that belongs to none, and in a
 * signal about nearly certainly the same person. */
static bool read_quiet(struct node *node, const struct spool_case *file,
        struct visits_known *known, struct err *err)
{
    int64_t here_ms = outreach_refused(known->tries, known->n_tries);
    int64_t story_ms;
    bool known_of = file->kind == CASE_KIND_SIGNAL_IN
                            ? signals_in_peace(node, file, &story_ms, err)
                            : signals_quiet(node, file, &story_ms, err);
    if (!known_of)
        return false;
    if (here_ms != 0)
        here_ms = quiet_until(here_ms);
    known->quiet_until_ms = here_ms > story_ms ? here_ms : story_ms;
    return true;
}

bool visits_know(struct node *node, const struct spool_case *file,
        struct visits_known *known, struct err *err)
{
    *known = (struct visits_known){.n_rows = 0};
    if (!spool_attempts(node->db, file->number, known->rows, SPOOL_ATTEMPTS_MAX,
                &known->n_rows, err) ||
            !read_person(node, file, known, err))
        return false;
    for (size_t i = 0; i < known->n_rows; i++) {
        const struct spool_attempt *row = &known->rows[i];
        if (row->kind == ATTEMPT_KIND_VISIT && row->done_ms == 0)
            known->open = row;
        if (row->result != 0)
            known->tries[known->n_tries++] = (struct outreach_try){
                    .unasked = row->unasked && row->kind == ATTEMPT_KIND_VISIT,
                    .result = row->result,
                    .done_ms = row->done_ms,
            };
    }
    return read_quiet(node, file, known, err);
}

bool visits_may(struct node *node, const struct spool_case *file, enum code *code,
        struct err *err)
{
    struct spool_offer offer;
    bool found;
    *code = file->stop_contact ? E_CONSENT_WITHDRAWN : E_TRANSITION;
    if (!file->stop_contact && file->kind == CASE_KIND_SIGNAL_IN)
        return signals_may_try(node, file, code, err);
    if (file->stop_contact || id_is_none(&file->offer_id))
        return true;
    if (!spool_get_offer(node->db, &file->offer_id, &found, &offer, err))
        return false;
    if (found && lifecycle_is_taken(offer.state))
        *code = CODE_OK;
    return true;
}

int64_t visits_due(int64_t planned_ms)
{
    return time_add_working_days(planned_ms, 1);
}

/* ------------------------------------------------------------- for people */

static bool line_of(struct node *node, const struct spool_attempt *row,
        struct visit_line *line, struct err *err)
{
    uint16_t *goes = arena_take(&node->scratch, OUTREACH_GOERS_MAX * sizeof *goes);
    struct spool_attempt *kept = arena_take(&node->scratch, sizeof *kept);
    if (goes == NULL || kept == NULL)
        return err_set(err, E_SIZE, "no room to show a visit");
    *kept = *row;
    *line = (struct visit_line){
            .case_number = row->case_number,
            .kind = row->kind,
            .planned_ms = (uint64_t)row->planned_ms,
            .done_ms = (uint64_t)row->done_ms,
            .goes = goes,
            .n_goes = visits_get_goes(row, goes),
            .aim = row->aim,
            .unasked = row->unasked,
            .safety_basis = row->safety_basis,
            .result = row->result,
            .change = row->change,
            .postponed = row->postponed,
            .by = kept->by,
            .person = "",
            .late = row->done_ms == 0 && row->planned_ms < node_now(node),
    };
    return true;
}

static bool lines_of(struct node *node, const struct spool_attempt *rows, size_t n_rows,
        struct visit_line **lines, struct err *err)
{
    struct visit_line *list = arena_take(&node->scratch, (n_rows + 1) * sizeof *list);
    if (list == NULL)
        return err_set(err, E_SIZE, "no room to show visits");
    for (size_t i = 0; i < n_rows; i++)
        if (!line_of(node, &rows[i], &list[i], err))
            return false;
    *lines = list;
    return true;
}

bool visits_show(struct node *node, const struct spool_case *file,
        const struct visit_line **lines, size_t *n_lines, struct err *err)
{
    struct spool_attempt rows[SPOOL_ATTEMPTS_MAX];
    struct visit_line *list;
    size_t n_rows;
    if (!spool_attempts(node->db, file->number, rows, SPOOL_ATTEMPTS_MAX, &n_rows,
                err) ||
            !lines_of(node, rows, n_rows, &list, err))
        return false;
    *lines = list;
    *n_lines = n_rows;
    return true;
}

/* Whom it is about, and whether somebody may go; *keep false: that case has ended. */
static bool about_whom(struct node *node, struct visit_line *line, bool *keep,
        struct err *err)
{
    struct spool_case file;
    struct case_line about;
    enum code code;
    bool found;
    *keep = false;
    if (!spool_get_case(node->db, line->case_number, &found, &file, err))
        return false;
    if (!found)
        return true;
    if (!visits_may(node, &file, &code, err) || !cases_line(node, &file, &about, err))
        return false;
    line->person = about.person;
    line->stop_contact = file.stop_contact;
    *keep = code == CODE_OK || file.stop_contact;
    return true;
}

bool visits_planned(struct node *node, struct visit_line **lines, size_t *n_lines,
        struct err *err)
{
    struct spool_attempt *rows =
            arena_take(&node->scratch, VISITS_LISTED_MAX * sizeof *rows);
    struct visit_line *list;
    size_t n_rows;
    size_t n = 0;
    if (rows == NULL)
        return err_set(err, E_SIZE, "no room to show visits");
    if (!spool_visits_open(node->db, rows, VISITS_LISTED_MAX, &n_rows, err) ||
            !lines_of(node, rows, n_rows, &list, err))
        return false;
    for (size_t i = 0; i < n_rows; i++) {
        bool keep;
        list[n] = list[i];
        if (!about_whom(node, &list[n], &keep, err))
            return false;
        n += keep;
    }
    *lines = list;
    *n_lines = n;
    return true;
}

/* ------------------------------------------------------------- time */

/* Nobody said how it went. Of a case that has ended nobody need. */
static bool tell(struct node *node, struct spool_attempt *row, struct err *err)
{
    struct spool_case file;
    enum code code = E_NOT_FOUND;
    bool found;
    row->due_ms = 0;
    if (!spool_get_case(node->db, row->case_number, &found, &file, err) ||
            (found && !visits_may(node, &file, &code, err)))
        return false;
    if (code != CODE_OK) {
        row->done_ms = node_now(node);
        row->change = VISIT_CHANGE_CASE_OVER;
        return spool_save_attempt(node->db, row, err);
    }
    file.unread = true;
    file.updated_ms = node_now(node);
    return spool_save_attempt(node->db, row, err) &&
           spool_save_case(node->db, &file, err) &&
           node_trace(node, file.number, node->partner,
                   row->kind == ATTEMPT_KIND_VISIT ? "visit_late" : "attempt_late", "",
                   NULL, err);
}

bool visits_upkeep(struct node *node, struct err *err)
{
    for (size_t i = 0; i < TELL_AT_ONCE; i++) {
        struct spool_attempt row;
        bool found;
        if (!spool_attempt_due(node->db, node_now(node), &found, &row, err))
            return false;
        if (!found)
            return true;
        if (!tell(node, &row, err))
            return false;
    }
    return true;
}
