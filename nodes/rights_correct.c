/* rights_correct.c - corrections: which of them wait for an answer, whether the same
 * was asked already, and the content with the corrected fields in it. */
#include "core/wire_walk.h"
#include "nodes/cases.h"
#include "nodes/disclose.h"
#include "nodes/hands.h"
#include "nodes/outbox.h"
#include "nodes/rights.h"

/* ------------------------------------------------------------- what waits */

size_t rights_open_max(enum letter_type right)
{
    return right == LETTER_TYPE_RECTIFY ? RIGHTS_CORRECTIONS_MAX : 1;
}

bool rights_open(struct node *node, bool ours, enum letter_type right,
        const struct id *offer_id, size_t *n_open, struct err *err)
{
    struct spool_right row = {.number = 0};
    bool found = true;
    *n_open = 0;
    while (found && *n_open < rights_open_max(right)) {
        if (!spool_open_right(node->db, ours, right, offer_id, row.number, &found, &row,
                    err))
            return false;
        *n_open += found;
    }
    return true;
}

bool rights_read_request(struct node *node, const struct spool_case *file,
        const struct id *request_id, struct rights_found *found, struct err *err)
{
    uint64_t after = 0;
    bool more = true;
    *found = (struct rights_found){.there = false, .early = true};
    while (more && !found->there) {
        struct spool_moment row;
        struct span packed;
        bool there;
        if (!spool_moment_after(node->db, file->number, after, &node->scratch, &more,
                    &row, err))
            return false;
        if (!more)
            return true;
        after = row.number;
        if (row.type == LETTER_TYPE_CONTENT)
            found->early = false;
        if (row.type != LETTER_TYPE_RECTIFY)
            continue;
        if (!cases_read(node, file, row.number, &there, &packed, &found->content, err))
            return false;
        const struct rights_request *request =
                there ? found->content.rights_request : NULL;
        found->there = request != NULL && id_equal(&request->request_id, request_id);
    }
    return true;
}

/* Does this row ask for these very corrections? What cannot be read any more is
 * another.
 */
static bool same_correction(struct node *node, const struct spool_case *file,
        const struct spool_right *row, const struct referral *corrected, bool *same,
        struct err *err)
{
    struct rights_found found;
    struct span asked, before;
    *same = false;
    if (!rights_read_request(node, file, &row->request_id, &found, err))
        return false;
    if (!found.there || found.content.rights_request->corrected == NULL)
        return true;
    if (!wire_put_arena(&WIRE_REFERRAL, corrected, &node->scratch, &asked, err) ||
            !wire_put_arena(&WIRE_REFERRAL, found.content.rights_request->corrected,
                    &node->scratch, &before, err))
        return false;
    *same = asked.len == before.len &&
            (asked.len == 0 || memcmp(asked.at, before.at, asked.len) == 0);
    return true;
}

bool rights_asked_before(struct node *node, const struct spool_case *file,
        enum letter_type right, const struct id *offer_id,
        const struct referral *corrected, bool *asked, struct spool_right *out,
        struct err *err)
{
    struct spool_right row = {.number = 0};
    bool found = true;
    *asked = false;
    while (!*asked) {
        if (!spool_open_right(node->db, true, right, offer_id, row.number, &found, &row,
                    err))
            return false;
        if (!found)
            return true;
        *asked = true;
        if (corrected != NULL &&
                !same_correction(node, file, &row, corrected, asked, err))
            return false;
    }
    *out = row;
    return true;
}

/* ------------------------------------------------------------- who hears what */

/* Whoever has seen no more than the preview does not know who it is. */
static bool hear_preview(struct node *node, const struct spool_case *file,
        const struct referral *corrected, struct rights_hearing *hearing,
        struct err *err)
{
    struct content preview, content;
    struct preview changed;
    struct span packed;
    bool found, any, has_content;
    *hearing = (struct rights_hearing){.state = "preview_only"};
    if (!cases_read(node, file, file->preview, &found, &packed, &preview, err) ||
            !cases_read(node, file, file->content, &has_content, &packed, &content,
                    err))
        return false;
    if (!found || preview.preview == NULL)
        return true;
    if (!disclose_corrected(corrected, preview.preview,
                time_brussels_day(node_now(node)), &node->scratch, &changed, &any, err))
        return false;
    if (!any)
        return true;
    struct referral *told = arena_take(&node->scratch, sizeof *told);
    struct person *person = arena_take(&node->scratch, sizeof *person);
    if (told == NULL || person == NULL)
        return err_set(err, ERR_NOMEM, "no room for a correction");
    *told = disclose_seen(&changed, person);
    hearing->told = told;
    hearing->state = "open_preview";
    hearing->named = disclose_names_person(&changed, corrected->person);
    if (hearing->named == NULL && has_content && content.referral != NULL)
        hearing->named = disclose_names_person(&changed, content.referral->person);
    return true;
}

bool rights_may_know(struct node *node, const struct spool_case *file,
        const struct spool_offer *offer, bool *may, struct err *err)
{
    bool holds;
    if (!spool_holds_content(node->db, file->number, &offer->offer_id, &holds, err))
        return false;
    /* Who referred holds what it sent; what was accepted is on its way. */
    *may = holds || cases_role(file) != LIFECYCLE_SENDER ||
           lifecycle_is_taken(offer->state);
    return true;
}

bool rights_was_sent(struct node *node, const struct spool_case *file,
        const struct spool_offer *offer, enum letter_type type,
        struct rights_sent *sent, struct err *err)
{
    struct spool_sent row;
    struct letter_core core;
    bool found;
    *sent = (struct rights_sent){.anew = false};
    if (cases_role(file) != LIFECYCLE_SENDER)
        return true;
    if (!spool_last_sent(node->db, file->number, &offer->offer_id, type, &node->scratch,
                &found, &row, err))
        return false;
    if (!found)
        return true;
    if (!wire_get(&WIRE_LETTER_CORE, row.core, &node->scratch, &core, err))
        return err_wrap(err, "a kept letter");
    *sent = (struct rights_sent){
            .anew = !id_equal(&core.consent_id, &file->consent_id),
            .moment = row.moment,
            .categories = consent_bits(core.data_categories, core.n_data_categories),
    };
    return true;
}

/* The fields that hold no more than these categories; told: there are some. */
static bool within(struct node *node, const struct referral *corrected,
        uint64_t categories, struct referral *less, bool *told, struct err *err)
{
    const struct content content = {.referral = less};
    if (!disclose_less(corrected, ~categories, &node->scratch, less, err))
        return false;
    *told = disclose_content(&content).categories != 0;
    return true;
}

/* Whoever holds the content. When the case was offered to others since, or another case
 * is corrected, it hears what corrects what it was sent: the rest it was never given.
 */
static bool hear_content(struct node *node, const struct spool_case *file,
        const struct spool_offer *offer, const struct rights_correction *correction,
        struct rights_hearing *hearing, struct err *err)
{
    struct rights_sent sent;
    bool told;
    *hearing = (struct rights_hearing){.told = correction->with, .state = "open"};
    if (!rights_was_sent(node, file, offer, LETTER_TYPE_CONTENT, &sent, err))
        return false;
    if (!sent.anew && file->number == correction->case_number)
        return true;
    struct referral *less = arena_take(&node->scratch, sizeof *less);
    if (less == NULL)
        return err_set(err, ERR_NOMEM, "no room for a correction");
    if (!within(node, correction->with, sent.categories, less, &told, err))
        return false;
    hearing->told = told ? less : NULL;
    hearing->state = told ? "open" : "not_sent";
    return true;
}

bool rights_hears(struct node *node, const struct spool_case *file,
        const struct spool_offer *offer, const struct rights_correction *correction,
        struct rights_hearing *hearing, struct err *err)
{
    bool may;
    if (!rights_may_know(node, file, offer, &may, err))
        return false;
    if (may)
        return hear_content(node, file, offer, correction, hearing, err);
    if (lifecycle_is_undecided(offer->state))
        return hear_preview(node, file, correction->with, hearing, err);
    *hearing = (struct rights_hearing){.state = "not_held"};
    return true;
}

/* ------------------------------------------------------------- correcting */

/* Each field that is filled in `with`. */
static void overlay(const struct wire_map *map, const void *with, void *out)
{
    for (size_t i = 0; i < wire_field_count(map); i++) {
        struct wire_field field = wire_field_at(map, i);
        if (field.kind != WALK_MESSAGE && !wire_is_empty(&field, with))
            wire_set(&field, out, wire_value(&field, with, 0),
                    wire_value_count(&field, with));
    }
}

bool rights_correct(struct node *node, const struct referral *referral,
        const struct referral *with, struct referral *corrected, struct err *err)
{
    struct person *person = arena_take(&node->scratch, sizeof *person);
    if (person == NULL)
        return err_set(err, ERR_NOMEM, "no room to correct a referral");
    *corrected = *referral;
    overlay(&WIRE_REFERRAL, with, corrected);
    if (with->person == NULL)
        return true;
    *person = referral->person != NULL ? *referral->person : *with->person;
    overlay(&WIRE_PERSON, with->person, person);
    corrected->person = person;
    return true;
}

bool rights_correct_case(struct node *node, const char *who, struct spool_case *file,
        const struct referral *with, bool *done, struct err *err)
{
    struct content content;
    struct referral corrected;
    struct span packed;
    bool found;
    *done = false;
    if (!cases_read(node, file, file->content, &found, &packed, &content, err))
        return false;
    if (!found || content.referral == NULL)
        return true;
    if (!rights_correct(node, content.referral, with, &corrected, err))
        return false;
    content.referral = &corrected;
    file->updated_ms = node_now(node);
    *done = true;
    return wire_put_arena(&WIRE_CONTENT, &content, &node->scratch, &packed, err) &&
           cases_keep(node, file, who, OFFER_EVENT_NONE, LETTER_TYPE_CONTENT, packed,
                   &file->content, err) &&
           spool_save_case(node->db, file, err) &&
           outbox_corrected(node, file->number, err) &&
           hands_corrected(node, who, file, err);
}

bool rights_correct_other(struct node *node, const char *who, struct spool_case *file,
        const struct referral *with, bool *done, struct err *err)
{
    struct content content;
    struct referral less;
    struct span packed;
    bool found, any;
    *done = false;
    if (!cases_read(node, file, file->content, &found, &packed, &content, err))
        return false;
    if (!found)
        return true;
    if (!within(node, with, disclose_content(&content).categories, &less, &any, err))
        return false;
    return !any || rights_correct_case(node, who, file, &less, done, err);
}

bool rights_correct_preview(struct node *node, const char *who, struct spool_case *file,
        const struct referral *with, bool *done, struct err *err)
{
    struct content content;
    struct person person;
    struct referral corrected;
    struct preview preview;
    struct span packed;
    bool found;
    *done = false;
    if (!cases_read(node, file, file->preview, &found, &packed, &content, err))
        return false;
    if (!found || content.preview == NULL)
        return true;
    const struct referral seen = disclose_seen(content.preview, &person);
    if (!rights_correct(node, &seen, with, &corrected, err) ||
            !disclose_preview(&corrected, UINT64_MAX, time_brussels_day(node_now(node)),
                    &node->scratch, &preview, err))
        return false;
    content.preview = &preview;
    file->updated_ms = node_now(node);
    *done = true;
    return wire_put_arena(&WIRE_CONTENT, &content, &node->scratch, &packed, err) &&
           cases_keep(node, file, who, OFFER_EVENT_NONE, LETTER_TYPE_PREVIEW, packed,
                   &file->preview, err) &&
           spool_save_case(node->db, file, err);
}
