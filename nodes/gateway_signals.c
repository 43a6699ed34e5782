/* gateway_signals.c - staff acts on a signal that came: looks at it, joins it with
 * another, makes a referral of it, ends it; attempts to reach the person are in
 * nodes/gateway_attempt.c. */
#include <stdio.h>

#include "nodes/cases.h"
#include "nodes/consents.h"
#include "nodes/gateway_refer.h"
#include "nodes/gateway_signals.h"

/* The signal that a field of the question names. */
static bool find_named(struct node *node, struct gateway_call *call, const char *field,
        uint64_t number, struct signalled *work, struct err *err)
{
    bool found;
    if (!gateway_find_case(node, call, number, field, false, &work->file, err))
        return false;
    if (call->code != CODE_OK)
        return true;
    call->case_number = number;
    if (work->file.kind != CASE_KIND_SIGNAL_IN)
        return gateway_wrong(call, E_NOT_FOUND, field, WORDS_NO_SIGNAL);
    if (!spool_get_signal(node->db, number, &found, &work->signal, err))
        return false;
    return found || gateway_wrong(call, E_NOT_FOUND, field, WORDS_NO_SIGNAL);
}

bool gateway_find_signal(struct node *node, struct gateway_call *call, uint64_t number,
        struct signalled *work, struct err *err)
{
    return find_named(node, call, "case_number", number, work, err);
}

bool gateway_step_refused(struct gateway_call *call,
        const struct signals_result *result)
{
    bool actor = strcmp(result->field, "actor") == 0;
    bool urgency = strcmp(result->field, "urgency") == 0;
    bool reason = strcmp(result->field, "reason") == 0;
    if (result->code != E_FIELD)
        return gateway_refuse(call, result->code);
    return gateway_wrong(call, E_FIELD, result->field,
            actor     ? WORDS_ACTOR
            : urgency ? WORDS_NOT_LOWER
            : reason  ? WORDS_NO_ACTION_WHY
                      : WORDS_MISSING);
}

bool gateway_signal_done(struct node *node, struct gateway_call *call,
        const struct signalled *work, struct err *err)
{
    return gateway_made(node, call,
            &(struct made){
                    .case_number = work->file.number,
                    .state = vocab_code(VOCAB_SIGNAL_STATE, work->signal.state),
            },
            err);
}

/* Take the step in this signal, and in those that were joined with it. */
static bool take(struct node *node, struct gateway_call *call, struct signalled *work,
        struct signals_asked *asked, uint64_t referral, bool joined, struct err *err)
{
    struct signals_result result;
    const char *who = gateway_actor(node, call);
    asked->named = call->request->actor[0] != '\0';
    if (!signals_take(node, &work->file, &work->signal, asked, referral, who, &result,
                err))
        return false;
    if (result.code != CODE_OK)
        return gateway_step_refused(call, &result);
    return !joined ||
           signals_take_joined(node, &work->signal, asked, referral, who, err);
}

/* ------------------------------------------------------------- triage */

bool gateway_triage(struct node *node, struct gateway_call *call, struct err *err)
{
    const struct triage_signal *triage = call->request->triage;
    struct confidence confidence = {.n_parts = 0};
    struct signalled work;
    struct signals_asked asked = {.step = SIGNALS_TRIAGE, .urgency = triage->urgency};
    if (!gateway_find_signal(node, call, triage->case_number, &work, err))
        return false;
    if (call->code != CODE_OK)
        return true;
    if (!take(node, call, &work, &asked, 0, false, err) ||
            !gateway_confidence_list(triage->confidence, triage->n_confidence,
                    &confidence, err))
        return false;
    return call->code != CODE_OK ||
           (gateway_confidence_keep(node, call, &work.file, &confidence, err) &&
                   gateway_signal_done(node, call, &work, err));
}

/* ------------------------------------------------------------- joining */

/* The story of the older one counts for both; who of either is left in peace is. */
static bool join(struct node *node, struct signalled *work, struct signalled *with,
        struct err *err)
{
    int64_t until_ms;
    struct id story = with->signal.story;
    if (!signals_quiet(node, &work->file, &until_ms, err) ||
            (until_ms != 0 && !spool_put_quiet(node->db, &story, until_ms, err)))
        return false;
    work->signal.story = story;
    return spool_save_signal(node->db, &work->signal, err);
}

bool gateway_link(struct node *node, struct gateway_call *call, struct err *err)
{
    const struct link_signal *wish = call->request->link;
    struct signals_asked asked = {.step = SIGNALS_LINK};
    struct signalled work;
    struct signalled with;
    if (!gateway_find_signal(node, call, wish->case_number, &work, err) ||
            (call->code == CODE_OK &&
                    !find_named(node, call, "with", wish->with, &with, err)))
        return false;
    if (call->code != CODE_OK)
        return true;
    call->case_number = wish->case_number;
    if (wish->with == wish->case_number ||
            id_equal(&with.signal.story, &work.signal.story))
        return gateway_wrong(call, E_DUPLICATE, "with", WORDS_JOINED);
    if (!with.file.key.there || !work.file.key.there)
        return gateway_refuse(call, E_TRANSITION);
    if (!take(node, call, &work, &asked, 0, false, err))
        return false;
    if (call->code != CODE_OK)
        return true;
    return join(node, &work, &with, err) && gateway_signal_done(node, call, &work, err);
}

/* ------------------------------------------------------------- a referral of it */

/* What a referral says, where nothing else was said: as in the signal. */
struct converting {
    struct request request;
    struct refer refer;
    struct referral referral;
    struct person person;
    struct consents_record record;
    struct whose_ask whose; /* the person of the signal */
};

static const struct person NOBODY = {
        .name = "",
        .birth_date = "",
        .address = "",
        .phone = "",
        .language = "",
        .niss = "",
};

static const char *or_else(const char *said, const char *otherwise)
{
    return said[0] != '\0' ? said : otherwise;
}

static void fill_referral(struct converting *work, const struct signalled *from,
        const struct signal *signal)
{
    struct referral *referral = &work->referral;
    struct person *person = &work->person;
    *referral = work->refer.referral != NULL ? *work->refer.referral : REFER_BARE;
    *person = referral->person != NULL ? *referral->person : NOBODY;
    if (referral->n_needs == 0) {
        referral->needs = signal->needs;
        referral->n_needs = signal->n_needs;
    }
    if (referral->n_observations == 0) {
        referral->observations = signal->observations;
        referral->n_observations = signal->n_observations;
    }
    if (referral->information_source == 0)
        referral->information_source = signal->information_source;
    referral->reason = or_else(referral->reason, signal->text);
    /* Where the signal says whom it is about, nobody types it again; where it does not,
       the name that staff say is what shows that the number is the right one. */
    if (work->whose.who == ALIKE_WHO_SAME || work->whose.said)
        person->name = or_else(person->name, work->record.given.person);
    person->phone = or_else(person->phone, signal->phone);
    person->language = or_else(person->language, signal->language);
    referral->person = person;
    work->refer.referral = referral;
    if (work->refer.urgency == 0)
        work->refer.urgency = from->file.urgency;
    if (work->refer.area[0] == '\0')
        work->refer.area = from->file.area;
    if (work->refer.purpose == 0)
        work->refer.purpose = gateway_signal_purpose(&work->record.given);
}

/* A signal that leads to somebody without a name is converted by who names the person.
 */
static bool is_theirs(struct node *node, struct gateway_call *call,
        struct converting *work, const struct signal *signal, struct err *err)
{
    const struct referral *referral = work->refer.referral;
    bool named = referral != NULL && referral->person != NULL &&
                 !text_is_blank(referral->person->name);
    enum alike_ground ground;
    work->whose = (struct whose_ask){
            .record = &work->record,
            .about = {.name = signal->person},
            .reason = work->refer.same_person,
    };
    if (!whose_judge(node, &work->record, &work->whose.about, &work->whose.who, &ground,
                err))
        return false;
    return (work->whose.who == ALIKE_WHO_UNNAMED && named) ||
           whose_check(node, call, &work->whose, err);
}

static bool prepare(struct node *node, struct gateway_call *call,
        struct converting *work, struct signalled *from, struct err *err)
{
    const struct convert_signal *wish = call->request->convert;
    static const struct refer nothing = {.area = ""};
    struct content content;
    struct span packed;
    bool found;
    work->refer = wish->refer != NULL ? *wish->refer : nothing;
    work->refer.reopens_case = 0;
    if (work->refer.consent_number == 0)
        return gateway_wrong(call, E_CONSENT_NONE, "refer.consent_number",
                WORDS_MISSING);
    if (!consents_get(node, work->refer.consent_number, &found, &work->record, err))
        return false;
    if (!found)
        return gateway_wrong(call, E_CONSENT_NONE, "refer.consent_number",
                WORDS_CONSENT);
    if (!cases_read(node, &from->file, from->file.content, &found, &packed, &content,
                err))
        return false;
    if (!found || content.signal == NULL)
        return gateway_refuse(call, E_TRANSITION);
    if (!is_theirs(node, call, work, content.signal, err))
        return false;
    fill_referral(work, from, content.signal);
    return signals_correlation(node, &from->signal, &work->referral.correlation_id,
            err);
}

/* As any other referral, and nothing of it counts when that is refused. */
static bool refer(struct node *node, struct gateway_call *call, struct converting *work,
        struct err *err)
{
    const struct request *asked = call->request;
    work->request = *asked;
    work->request.convert = NULL;
    work->request.refer = &work->refer;
    call->request = &work->request;
    bool ok = gateway_refer(node, call, err);
    call->request = asked;
    return ok;
}

bool gateway_convert(struct node *node, struct gateway_call *call, struct err *err)
{
    struct converting *work = arena_take(&node->scratch, sizeof *work);
    struct signals_asked asked = {.step = SIGNALS_CONVERT, .consent = true};
    struct signalled from;
    if (work == NULL)
        return err_set(err, ERR_NOMEM, "no room for a referral");
    if (!gateway_find_signal(node, call, call->request->convert->case_number, &from,
                err))
        return false;
    if (call->code == CODE_OK && !signals_allows(from.signal.state, SIGNALS_CONVERT))
        gateway_refuse(call, E_TRANSITION);
    if (call->code == CODE_OK && !prepare(node, call, work, &from, err))
        return false;
    if (call->code == CODE_OK && !refer(node, call, work, err))
        return false;
    if (call->code != CODE_OK)
        return true;
    uint64_t referral = call->reply.made->case_number;
    return whose_keep(node, call, &work->whose, from.file.number, err) &&
           take(node, call, &from, &asked, referral, true, err);
}

/* ------------------------------------------------------------- the end */

bool gateway_signal_end(struct node *node, struct gateway_call *call, struct err *err)
{
    static const enum signals_step STEPS[] = {
            [SIGNAL_END_CRISIS] = SIGNALS_CRISIS,
            [SIGNAL_END_DECLINED] = SIGNALS_DECLINED,
            [SIGNAL_END_NO_ACTION] = SIGNALS_NO_ACTION,
            [SIGNAL_END_CLOSE] = SIGNALS_CLOSE,
    };
    const struct end_signal *wish = call->request->signal_end;
    struct signalled work;
    if (!gateway_find_signal(node, call, wish->case_number, &work, err))
        return false;
    if (call->code != CODE_OK)
        return true;
    if (wish->end == SIGNAL_END_NONE || (size_t)wish->end >= COUNT_OF(STEPS))
        return gateway_wrong(call, E_FIELD, "end", WORDS_MISSING);
    struct signals_asked asked = {
            .step = STEPS[wish->end],
            .reason = wish->reason,
            .call = wish->call,
    };
    if (!take(node, call, &work, &asked, 0, true, err))
        return false;
    return call->code != CODE_OK || gateway_signal_done(node, call, &work, err);
}
