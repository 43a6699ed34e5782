/* gateway_explain.c - why was this letter allowed or refused, and would that one be? */
#include <stdio.h>

#include "nodes/cases.h"
#include "nodes/consents_explain.h"
#include "nodes/disclose.h"
#include "nodes/whose.h"

enum {
    JUDGEMENTS_SHOWN = 10, /* of one case */
    JUDGEMENTS_WHOLE = 5,  /* with all their questions */
};

/* ------------------------------------------------------------- explain */

static bool tell_one(struct node *node, struct gateway_call *call,
        const struct spool_judged *judged, struct explanation *shown, struct err *err)
{
    struct judgement *told = arena_take(&node->scratch, sizeof *told);
    if (told == NULL)
        return err_set(err, E_SIZE, "no room to explain a decision");
    shown->judgements = told;
    shown->n_judgements = 1;
    return consents_tell(node, judged, true, call->lang, told, err);
}

/* The newest decisions of a case, oldest first. All questions are shown of those that
 * said no; when none did, of the newest. */
static bool tell_case(struct node *node, struct gateway_call *call, uint64_t number,
        struct explanation *shown, struct err *err)
{
    struct spool_judged judged[JUDGEMENTS_SHOWN];
    struct judgement *told =
            arena_take(&node->scratch, JUDGEMENTS_SHOWN * sizeof *told);
    uint64_t before = UINT64_MAX;
    size_t n = 0;
    size_t n_whole = 0;
    bool found = true;
    if (told == NULL)
        return err_set(err, E_SIZE, "no room to explain a case");
    while (n < JUDGEMENTS_SHOWN) {
        if (!spool_judged_before(node->db, number, before, &node->scratch, &found,
                    &judged[n], err))
            return false;
        if (!found)
            break;
        before = judged[n++].number;
    }
    for (size_t i = 0; i < n; i++)
        n_whole += judged[i].code[0] != '\0';
    size_t left = n_whole == 0 ? 1 : JUDGEMENTS_WHOLE;
    for (size_t i = 0; i < n; i++) {
        bool whole = left > 0 && (n_whole == 0 || judged[i].code[0] != '\0');
        left -= whole;
        if (!consents_tell(node, &judged[i], whole, call->lang, &told[n - 1 - i], err))
            return false;
    }
    shown->judgements = told;
    shown->n_judgements = n;
    return true;
}

static bool find_letter(struct node *node, const struct id *msg_id, bool *found,
        struct spool_judged *judged, struct err *err)
{
    if (id_is_none(msg_id))
        return spool_judged_refused(node->db, &node->scratch, found, judged, err);
    return spool_judged_of(node->db, msg_id, &node->scratch, found, judged, err);
}

bool gateway_consent_explain(struct node *node, struct gateway_call *call,
        struct err *err)
{
    const struct consent_explain *wanted = call->request->consent_explain;
    struct explanation *shown = arena_take(&node->scratch, sizeof *shown);
    struct spool_judged judged;
    struct spool_case file;
    bool found;
    if (shown == NULL)
        return err_set(err, E_SIZE, "no room to explain a decision");
    *shown = (struct explanation){.n_judgements = 0};
    call->reply.explanation = shown;
    if (wanted->case_number != 0) {
        if (!spool_get_case(node->db, wanted->case_number, &found, &file, err))
            return false;
        if (!found)
            return gateway_wrong(call, E_NOT_FOUND, "case_number", WORDS_CASE);
        return tell_case(node, call, wanted->case_number, shown, err);
    }
    if (!find_letter(node, &wanted->msg_id, &found, &judged, err))
        return false;
    if (!found)
        return id_is_none(&wanted->msg_id) ||
               gateway_wrong(call, E_NOT_FOUND, "msg_id", WORDS_LETTER);
    return tell_one(node, call, &judged, shown, err);
}

/* ------------------------------------------------------------- check */

/* What would be asked of one candidate. */
struct checking {
    const struct consent_check *check;
    struct consent_check said; /* with what the case says */
    struct consents_record record;
    struct consents_known known; /* the capsule, as it would be minted */
    const char *senders[1];
    enum code person; /* E_CONSENT_PERSON: it is of somebody else */
    uint64_t data;
    struct judgement *told;
    size_t n_told;
};

static void check_fields(struct node *node, struct gateway_call *call,
        const struct consent_check *check)
{
    if (check->n_candidates == 0)
        gateway_wrong(call, E_FIELD, "candidates", WORDS_MISSING);
    if (check->purpose == 0)
        gateway_wrong(call, E_FIELD, "purpose", WORDS_MISSING);
    if (check->n_data_categories == 0)
        gateway_wrong(call, E_FIELD, "data_categories", WORDS_MISSING);
    /* That of a referral of ours goes on as it was, also after a merger. */
    if (check->case_number == 0 || call->request->consent_check->area[0] != '\0')
        gateway_area(node, call, "area", check->area);
    if (check->consent_number == 0)
        gateway_wrong(call, E_FIELD, "consent_number", WORDS_MISSING);
}

/* Whom the referral is about, or who was named: before anything else of a consent. */
static bool is_theirs(struct node *node, struct checking *work,
        const struct content *content, struct err *err)
{
    const struct consent_check *check = work->check;
    const struct alike_known named = {check->person, check->birth_date, NULL};
    bool said = !text_is_blank(check->person) || !text_is_blank(check->birth_date);
    const struct alike_known about = said || content->referral == NULL
                                             ? named
                                             : whose_person(content->referral->person);
    enum alike_ground ground;
    enum alike_who who;
    if (!whose_judge(node, &work->record, &about, &who, &ground, err))
        return false;
    work->person = who == ALIKE_WHO_SAME || who == ALIKE_WHO_NOBODY ? CODE_OK
                                                                    : E_CONSENT_PERSON;
    return true;
}

static bool find_record(struct node *node, struct gateway_call *call,
        struct checking *work, struct err *err)
{
    bool found;
    if (!consents_get(node, work->check->consent_number, &found, &work->record, err))
        return false;
    if (!found)
        return gateway_wrong(call, E_CONSENT_NONE, "consent_number", WORDS_CONSENT);
    work->senders[0] = node->partner;
    struct key32 salt; /* of a capsule that is not kept */
    consents_mint(node, &work->record, work->senders, &work->known.capsule, &salt);
    work->known.there = true;
    work->known.withdrawn = work->record.row.withdrawn_ms != 0;
    return true;
}

/* One letter of the referral as it would be; what it shows is what would be inside. */
static bool ask_letter(struct node *node, struct gateway_call *call,
        struct checking *work, enum letter_type type, const struct member *server,
        uint64_t data, enum code *code, struct err *err)
{
    const char *name = work->check->candidates[work->n_told];
    struct letter_core *core = arena_take(&node->scratch, sizeof *core);
    uint16_t *rows = arena_take(&node->scratch, 64 * sizeof *rows);
    if (core == NULL || rows == NULL)
        return err_set(err, E_SIZE, "no room to check a consent");
    enum level least = consent_level_of(data);
    *core = (struct letter_core){
            .v = 1,
            .class_ = LETTER_CLASS_PERSONAL,
            .type = type,
            .sender = node->partner,
            .recipient = server->partner,
            .on_behalf_of = strcmp(server->partner, name) != 0 ? name : "",
            .consent_id = work->known.capsule.consent_id,
            .purpose = work->check->purpose,
            .data_categories = rows,
            .n_data_categories = disclose_rows(data, rows, 64),
            .level = type == LETTER_TYPE_CONTENT && work->check->level > least
                             ? work->check->level
                             : least,
            .urgency = work->check->urgency,
            .area = work->check->area,
    };
    const struct consents_ask ask = {
            .core = core,
            .known = &work->known,
            .offer_sender = node->partner,
            .offer_target = core->recipient,
            .lodging = true,
            .actual_categories = data,
    };
    *code = consents_judge(node, &ask);
    struct judgement *told = &work->told[work->n_told];
    return consents_tell_asked(node, &ask, *code, call->lang, told, err);
}

/* What keeps a letter from leaving whatever the consent says. */
static enum code door_shut(const struct node *node, const char *name,
        const struct member *server)
{
    int64_t now = node_now(node);
    if (directory_age_days(node->directory, now) >= DIRECTORY_NO_REFERRALS_DAYS)
        return E_DIRECTORY;
    bool open = directory_intake(node->directory, name, now) == INTAKE_STATE_OPEN &&
                directory_intake(node->directory, server->partner, now) ==
                        INTAKE_STATE_OPEN;
    if (!open)
        return E_BUSY;
    return directory_epoch_key(node->directory, server->partner, now) == NULL
                   ? E_UNREACHABLE
                   : CODE_OK;
}

/* The live member whose node serves this partner, when that is not ourselves. */
static const struct member *server_of(const struct node *node, const char *name)
{
    int64_t now = node_now(node);
    const struct member *server =
            directory_live_member(node->directory, name, now) == NULL
                    ? NULL
                    : directory_node_of(node->directory, name, now);
    bool other = server != NULL && server->role == ROLE_NODE &&
                 strcmp(server->partner, node->partner) != 0;
    return other ? server : NULL;
}

/* The preview goes first; what refuses it keeps the content back as well. */
static bool ask_candidate(struct node *node, struct gateway_call *call,
        struct checking *work, struct err *err)
{
    const char *name = work->check->candidates[work->n_told];
    struct judgement *told = &work->told[work->n_told];
    const struct member *server = server_of(node, name);
    const struct consent *capsule = &work->known.capsule;
    uint64_t shown =
            consent_bits(capsule->preview_categories, capsule->n_preview_categories) &
            work->data;
    enum code code;
    if (work->person != CODE_OK || server == NULL) {
        const struct letter_core nobody = {.sender = node->partner,
                .recipient = name,
                .on_behalf_of = ""};
        consents_tell_letter(&nobody,
                work->person != CODE_OK ? work->person : E_NOT_FOUND, call->lang, told);
        return true;
    }
    if (!ask_letter(node, call, work, LETTER_TYPE_PREVIEW, server, shown, &code, err) ||
            (code == CODE_OK && !ask_letter(node, call, work, LETTER_TYPE_CONTENT,
                                        server, work->data, &code, err)))
        return false;
    if (code == CODE_OK)
        code = door_shut(node, name, server);
    told->code = code == CODE_OK ? "" : code_name(code);
    told->sentence = code == CODE_OK ? "" : code_sentence(code, call->lang);
    return true;
}

/* Of a referral of ours: its consent, its area, what it holds, and whom it was put to
 * last, as far as nothing else was said. */
static bool fill_from_case(struct node *node, struct gateway_call *call,
        struct consent_check *check, struct content *content, struct err *err)
{
    struct spool_case file;
    struct span packed;
    bool found;
    uint16_t *rows = arena_take(&node->scratch, 64 * sizeof *rows);
    const char **names = arena_take(&node->scratch, sizeof *names);
    if (rows == NULL || names == NULL)
        return err_set(err, E_SIZE, "no room to check a consent");
    if (!spool_get_case(node->db, check->case_number, &found, &file, err))
        return false;
    if (!found || file.kind != CASE_KIND_REFERRAL_OUT)
        return gateway_wrong(call, E_NOT_FOUND, "case_number", WORDS_CASE);
    if (!cases_read(node, &file, file.content, &found, &packed, content, err))
        return false;
    if (!found)
        *content = (struct content){.v = 0};
    char *area = arena_take(&node->scratch, sizeof file.area);
    char *other = arena_take(&node->scratch, sizeof file.other);
    if (area == NULL || other == NULL)
        return err_set(err, E_SIZE, "no room to check a consent");
    memcpy(area, file.area, sizeof file.area);
    memcpy(other, file.on_behalf_of[0] != '\0' ? file.on_behalf_of : file.other,
            sizeof file.other);
    names[0] = other;
    check->consent_number =
            check->consent_number != 0 ? check->consent_number : file.consent;
    check->purpose = check->purpose != 0 ? check->purpose : file.purpose;
    check->urgency = check->urgency != 0 ? check->urgency : file.urgency;
    check->area = check->area[0] != '\0' ? check->area : area;
    if (check->n_candidates == 0) {
        check->candidates = names;
        check->n_candidates = 1;
    }
    if (check->n_data_categories == 0 && found) {
        check->data_categories = rows;
        check->n_data_categories =
                disclose_rows(disclose_content(content).categories, rows, 64);
    }
    return true;
}

bool gateway_consent_check(struct node *node, struct gateway_call *call,
        struct err *err)
{
    struct explanation *shown = arena_take(&node->scratch, sizeof *shown);
    struct checking *work = arena_take(&node->scratch, sizeof *work);
    if (shown == NULL || work == NULL)
        return err_set(err, E_SIZE, "no room to check a consent");
    *work = (struct checking){.said = *call->request->consent_check};
    struct content content = {.v = 0};
    const struct consent_check *check = work->check = &work->said;
    if (check->case_number != 0 &&
            !fill_from_case(node, call, &work->said, &content, err))
        return false;
    if (call->code == CODE_OK)
        check_fields(node, call, check);
    if (call->code != CODE_OK)
        return true;
    if (!find_record(node, call, work, err))
        return false;
    if (call->code != CODE_OK)
        return true;
    if (!is_theirs(node, work, &content, err))
        return false;
    work->told = arena_take(&node->scratch, check->n_candidates * sizeof *work->told);
    if (work->told == NULL)
        return err_set(err, E_SIZE, "no room to check a consent");
    work->data = consent_bits(check->data_categories, check->n_data_categories);
    for (; work->n_told < check->n_candidates; work->n_told++)
        if (!ask_candidate(node, call, work, err))
            return false;
    *shown = (struct explanation){.judgements = work->told,
            .n_judgements = work->n_told};
    call->reply.explanation = shown;
    return true;
}
