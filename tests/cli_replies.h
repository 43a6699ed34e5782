/* cli_replies.h - a reply of every kind, rich and bare, as a node or broker could send
 * it. Included once by a test program. */
#ifndef CLI_REPLIES_H
#define CLI_REPLIES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/vocab.h"
#include "core/wire.h"
#include "gen/gateway.h"

static const uint16_t ROWS[] = {1, 2};
static const char *const NAMES[] = {"ldc-noord", "huis"};
static const char *const ACTIONS[] = {"accept", "info_request"};

static const struct person PERSON = {.name = "Mevrouw Voorbeeld",
        .birth_date = "1942-03-01",
        .address = "Voorbeeldstraat 12",
        .phone = "02 000 00 00",
        .language = "nl",
        .interpreter_needed = true,
        .contact_rule = 1,
        .household = 1,
        .niss = "85073003328",
        .age_band = 1};
static const struct referral REFERRAL = {.person = &PERSON,
        .person_does_self = "cooks",
        .strengths = "tells stories",
        .own_goal = "to go out once a week",
        .help_wanted = "a visit",
        .needs = ROWS,
        .n_needs = 2,
        .observations = ROWS,
        .n_observations = 2,
        .information_source = 1,
        .reason = "lives alone\nand says so, in a text that is long enough to be "
                  "wrapped at the end of the line, which it is here",
        .reason_language = "en",
        .network = "a neighbour",
        .services_present = "meals",
        .attention_flags = ROWS,
        .n_attention_flags = 1,
        .wanted_period = 1,
        .handover_mode = 1,
        .referrer_name = "An",
        .referrer_phone = "02 111 11 11"};
static const struct preview PREVIEW = {.needs = ROWS,
        .n_needs = 2,
        .age_band = 1,
        .language = "nl",
        .interpreter_needed = true,
        .wanted_period = 1,
        .handover_mode = 1,
        .strengths = "tells stories",
        .own_goal = "to go out"};
static const struct signal SIGNAL_BODY = {.needs = ROWS,
        .n_needs = 1,
        .observations = ROWS,
        .n_observations = 1,
        .person = "Voorbeeldstraat 12",
        .phone = "02 000 00 00",
        .language = "nl",
        .text = "asks for help",
        .information_source = 1,
        .reporter = "An"};
static const struct need_outcome OUTCOMES[] = {
        {.need = 1, .outcome = 1}
};
static const struct event_content SAID = {.decline_reason = 1,
        .cancel_reason = 1,
        .hold_reason = 1,
        .fail_reason = 1,
        .in_error_reason = 1,
        .progress_step = 1,
        .visit_result = 1,
        .outcomes = OUTCOMES,
        .n_outcomes = 1,
        .close_reason = 1,
        .client_feedback = 1,
        .due_ms = UINT64_C(1790000000000),
        .note = "later"};
static const struct info INFO = {.questions = ROWS, .n_questions = 2, .text = "when?"};
static const struct text TEXT = {.text = "On Tuesday", .language = "en"};
static const struct visit VISIT = {.result = 1,
        .at_ms = UINT64_C(1790000000000),
        .observations = ROWS,
        .n_observations = 1,
        .text = "They met"};
static const struct content CONTENTS[] = {
        {.v = 1, .msg_id = {{1}}, .sender = "a", .event = &SAID     },
        {.v = 1, .msg_id = {{1}}, .sender = "a", .info = &INFO      },
        {.v = 1, .msg_id = {{1}}, .sender = "a", .text = &TEXT      },
        {.v = 1, .msg_id = {{1}}, .sender = "a", .visit = &VISIT    },
        {.v = 1, .msg_id = {{1}}, .sender = "a", .preview = &PREVIEW},
};

static struct case_line line_of(enum case_kind kind, bool bare)
{
    struct case_line line = {.number = 7,
            .kind = kind,
            .other = "ldc-noord",
            .state = OFFER_STATE_SEEN,
            .urgency = URGENCY_ROUTINE,
            .area = "21004",
            .updated_ms = UINT64_C(1790000000000),
            .version = 3};
    if (bare)
        return line;
    line.on_behalf_of = "antenne";
    line.referral_state = "open";
    line.consent_state = "withdrawn";
    line.urgency = URGENCY_CRISIS;
    line.needs = ROWS;
    line.n_needs = 2;
    line.due_ms = line.updated_ms;
    line.person = "Mevrouw Voorbeeld";
    line.unread = line.stop_contact = true;
    return line;
}

/* Every kind of reply, into memory that lives as long as the test. */
enum { REPLIES_MAX = 32 };

static inline size_t make_replies(struct arena *arena,
        struct reply replies[REPLIES_MAX])
{
    static const struct issue issues[] = {
            {"referral.person.name", "this is missing"},
            {"nowhere",              "what is that"   }
    };
    static struct case_line lines[3];
    static struct moment moments[COUNT_OF(CONTENTS) + 2];
    static struct offer offers[2];
    static struct case_detail details[4];
    static struct case_list list, none;
    static struct trace_line traces[2];
    static struct trace trace;
    static struct consent_give given;
    static struct use use;
    static struct handed_over handed;
    static struct consent_line consents[2];
    static struct consent_record record, no_record;
    static struct organisation organisation;
    static struct handed_letter left;
    static struct consent_receipt receipt;
    static struct entry entries[2];
    static struct directory_list directory, nobody;
    static const struct service service = {.need = 1,
            .areas = NAMES,
            .n_areas = 1,
            .languages = NAMES,
            .n_languages = 1,
            .hours = "9-17",
            .contact = "02 111 11 11"};
    static const struct capacity capacity = {.need = 1,
            .area = "21004",
            .language = "nl",
            .state = CAPACITY_STATE_WAITLIST,
            .waitlist_days = 30,
            .band = 1};
    static const struct intake intake = {.state = INTAKE_STATE_PAUSED,
            .paused_until_ms = 1};
    static const struct absence absence = {.from_day = 1, .until_day = 2};
    static const struct mandate mandate = {.text = "Nobody gets stuck."};
    static const uint16_t whys[] = {FIND_REASON_SERVES, FIND_REASON_CAPACITY_OPEN,
            FIND_REASON_CAPACITY_WAITLIST, FIND_REASON_ANSWERS_WELL};
    static const uint16_t nos[] = {FIND_REASON_ABSENT, FIND_REASON_NO_KEY};
    static const struct candidate candidates[] = {
            {.partner = "huis",
             .name = "Huis",
             .partner_type = 1,
             .via = "",
             .askable = true,
             .reasons = whys,
             .n_reasons = COUNT_OF(whys),
             .band = 2,
             .waitlist_days = 30,
             .asked = 5,
             .in_time = 4},
            {.partner = "antenne",
             .name = "Antenne",
             .via = "huis",
             .reasons = nos,
             .n_reasons = COUNT_OF(nos),
             .absent_until_day = 20000},
    };
    static const struct candidate_list found = {.candidates = candidates,
            .n_candidates = COUNT_OF(candidates),
            .total = 7};
    static const struct candidate_list nobody_found = {.total = 0};
    static struct supply_line supply_lines[2];
    static struct escalation_line escalation_lines[2];
    static struct escalation_list escalations, no_escalations;
    static struct supply_list supply, no_supply;
    static struct status status, away;
    static struct check checks[2];
    static struct doctor doctor;
    static struct made made, token;
    static struct question questions[3];
    static struct judgement judgements[2];
    static struct explanation explanation, nothing;
    struct err err = {0};
    size_t n = 0;

    lines[0] = line_of(CASE_KIND_REFERRAL_IN, true);
    lines[1] = line_of(CASE_KIND_SIGNAL_OUT, false);
    lines[2] = line_of(CASE_KIND_REFERRAL_OUT, false);
    list = (struct case_list){.cases = lines, .n_cases = 3, .more = true};
    for (size_t i = 0; i < COUNT_OF(CONTENTS); i++) {
        moments[i] = (struct moment){.at_ms = 1,
                .by = "An",
                .event = (enum offer_event)(1 + i)};
        assert_true(wire_put_arena(&WIRE_CONTENT, &CONTENTS[i], arena,
                &moments[i].content, &err));
    }
    moments[COUNT_OF(CONTENTS)] = (struct moment){.by = "An", .type = LETTER_TYPE_TEXT};
    moments[COUNT_OF(CONTENTS) + 1] = (struct moment){
            .by = "An",
            .type = LETTER_TYPE_TEXT,
            .content = {(const uint8_t *)"x", 1}
    };
    offers[0] = (struct offer){.offer_id = {{1}}, .target = "huis", .state = 1};
    offers[1] = (struct offer){.offer_id = {{1}},
            .target = "huis",
            .on_behalf_of = "antenne",
            .state = 2};
    details[0] = (struct case_detail){.line = &lines[0], .preview = &PREVIEW};
    details[1] = (struct case_detail){.line = &lines[1], .signal = &SIGNAL_BODY};
    details[2] = (struct case_detail){.line = &lines[2],
            .referral = &REFERRAL,
            .offers = offers,
            .n_offers = 2,
            .moments = moments,
            .n_moments = COUNT_OF(moments),
            .actions = ACTIONS,
            .n_actions = 2};
    traces[0] = (struct trace_line){.at_ms = 1, .who = "An", .what = "put"};
    traces[1] = (struct trace_line){.at_ms = 1,
            .who = "broker",
            .what = "refused",
            .code = "E_BUSY",
            .msg_id = {{2}},
            .words = "full",
            .letter = "preview",
            .other = "huis"};
    trace = (struct trace){.lines = traces, .n_lines = 2};
    given = (struct consent_give){.person = "Mevrouw Voorbeeld",
            .how = 1,
            .given_by = "herself",
            .witness = "An",
            .recipients = NAMES,
            .n_recipients = 2,
            .recipient_types = ROWS,
            .n_recipient_types = 2,
            .area = "21004",
            .purposes = ROWS,
            .n_purposes = 2,
            .data_categories = ROWS,
            .n_data_categories = 2,
            .preview_categories = ROWS,
            .n_preview_categories = 2,
            .level_max = LEVEL_S1,
            .from_day = 20000,
            .until_day = 20100,
            .legal_basis = 1,
            .secrecy_basis = 1,
            .onward_depth = 1,
            .language = "nl",
            .place = "at home",
            .witness_role = 1,
            .interpreter = "Tolkdienst",
            .authority = 1,
            .secrecy_conditions = ROWS,
            .n_secrecy_conditions = 2,
            .notice_title = "Explained",
            .notice_version = "3",
            .keep_days = 7,
            .renews = 1,
            .record_id = {{1}},
            .collected_by = "An"};
    use = (struct use){.case_number = 7,
            .consent_id = {{1}},
            .recipient = "huis",
            .withdrawal_registered = true};
    handed = (struct handed_over){.partner = "huis",
            .msg_id = {{1}},
            .type = LETTER_TYPE_PREVIEW,
            .at_ms = 1};
    consents[0] =
            (struct consent_line){.number = 1, .given = &given, .state = "active"};
    consents[1] = (struct consent_line){.number = 2,
            .given = &given,
            .state = "withdrawn",
            .recorded_ms = 1,
            .withdrawn_ms = 2,
            .uses = &use,
            .n_uses = 1,
            .handed_over = &handed,
            .n_handed_over = 1};
    consents[0].ending = true;
    consents[0].days_left = 3;
    consents[0].renewed_by = 2;
    consents[0].live_cases = 1;
    record = (struct consent_record){.consents = consents,
            .n_consents = 2,
            .more = true};
    organisation = (struct organisation){.partner = "huis", .name = "Huis"};
    left = (struct handed_letter){.partner = "huis",
            .on_behalf_of = "antenne",
            .type = LETTER_TYPE_PREVIEW,
            .at_ms = 1,
            .data_categories = ROWS,
            .n_data_categories = 2};
    receipt = (struct consent_receipt){.line = &consents[1],
            .receipt_id = {{1}},
            .made_ms = 1,
            .collector = "huis",
            .network = "brussel",
            .organisations = &organisation,
            .n_organisations = 1,
            .handed = &left,
            .n_handed = 1,
            .capsules = 2,
            .capsules_match = 1};
    entries[0] = (struct entry){.partner = "huis", .name = "Huis", .partner_type = 1};
    entries[1] = (struct entry){.partner = "antenne",
            .name = "Antenne",
            .partner_type = 2,
            .supported_by = "huis",
            .areas = NAMES,
            .services = ROWS,
            .n_services = 2,
            .intake = 1,
            .partnership = "active",
            .has_key = true,
            .fingerprint = "abcd-efgh"};
    directory = (struct directory_list){.entries = entries,
            .n_entries = 2,
            .serial = 3,
            .issued_ms = 1,
            .age_days = 40};
    supply_lines[0] = (struct supply_line){.kind = STATEMENT_KIND_SERVICE,
            .partner = "huis",
            .author = "huis",
            .service = &service,
            .capacity = &capacity,
            .intake = &intake,
            .absence = &absence,
            .mandate = &mandate,
            .said_ms = 1,
            .until_ms = 2};
    supply_lines[1] = (struct supply_line){.partner = "antenne", .author = ""};
    static const struct substitution stood_in = {"anna", "piet", 1, 2};
    supply = (struct supply_list){.lines = supply_lines,
            .n_lines = 2,
            .substitutes = &stood_in,
            .n_substitutes = 1};
    status = (struct status){.partner = "huis",
            .network = "net",
            .connected = true,
            .last_contact_ms = 1,
            .outbox = 1,
            .unread = 1,
            .to_decide = 1,
            .directory_serial = 3,
            .directory_age_days = 30,
            .members = 4,
            .db_bytes = 4096,
            .letters_waiting = 2,
            .connections = 3,
            .program = "x",
            .address = "tcp://h:1"};
    away = (struct status){.link_words = "no broker"};
    checks[0] = (struct check){.name = "store", .ok = true, .words = "fine"};
    checks[1] = (struct check){.name = "clock", .words = "wrong"};
    doctor = (struct doctor){.checks = checks, .n_checks = 2};
    made = (struct made){.case_number = 7,
            .consent_number = 1,
            .state = "seen",
            .count = 1};
    token = (struct made){.text = "abcdef"};
    questions[0] = (struct question){.rule = "in_term",
            .asked = true,
            .holds = true,
            .question = "Is the consent valid today?",
            .answer = "Yes."};
    questions[1] = (struct question){.rule = "recipient_named",
            .asked = true,
            .code = "E_CONSENT_RECIPIENT",
            .question = "Is the recipient named?",
            .answer = "No: the consent names huis; the letter is for ldc-noord.",
            .allowed = "huis",
            .found = "ldc-noord"};
    questions[2] = (struct question){.rule = "area_agreed",
            .question = "Is it in the agreed area?",
            .answer = "Not asked: what it takes is missing."};
    judgements[0] = (struct judgement){.at_ms = 1,
            .case_number = 7,
            .msg_id = {{1}},
            .point = "sending",
            .type = LETTER_TYPE_PREVIEW,
            .sender = "huis",
            .recipient = "ldc-noord",
            .other = "broker",
            .other_code = "E_PARTNERSHIP",
            .other_sentence = "Ask your manager to agree one.",
            .other_at_ms = 2,
            .now_code = "E_CONSENT_WITHDRAWN"};
    judgements[1] = (struct judgement){.at_ms = 1,
            .point = "checking",
            .type = LETTER_TYPE_CONTENT,
            .sender = "huis",
            .recipient = "ldc-noord",
            .on_behalf_of = "antenne",
            .code = "E_CONSENT_RECIPIENT",
            .sentence = "Choose a partner the person agreed to.",
            .questions = questions,
            .n_questions = COUNT_OF(questions)};
    explanation = (struct explanation){.judgements = judgements,
            .n_judgements = COUNT_OF(judgements)};

    replies[n++] = (struct reply){.code = "E_FIELD",
            .sentence = "No.",
            .issues = issues,
            .n_issues = 2};
    replies[n++] = (struct reply){.code = "E_CONFLICT"};
    replies[n++] = (struct reply){.code = "E_CONSENT_RECIPIENT", .decision = {{1}}};
    replies[n++] = (struct reply){.explanation = &explanation};
    replies[n++] = (struct reply){.explanation = &nothing};
    replies[n++] = (struct reply){.code = "E_OF_ANOTHER_TIME", .sentence = "?"};
    replies[n++] = (struct reply){.code = ""};
    replies[n++] = (struct reply){.made = &made};
    replies[n++] = (struct reply){.made = &token};
    replies[n++] = (struct reply){.cases = &list};
    replies[n++] = (struct reply){.cases = &none};
    for (size_t i = 0; i < COUNT_OF(details); i++)
        replies[n++] = (struct reply){.case_ = &details[i]};
    replies[n++] = (struct reply){.trace = &trace};
    replies[n++] = (struct reply){.consent = &record};
    replies[n++] = (struct reply){.consent = &no_record};
    replies[n++] = (struct reply){.consent_receipt = &receipt};
    replies[n++] = (struct reply){.directory = &directory};
    replies[n++] = (struct reply){.directory = &nobody};
    escalation_lines[0] = (struct escalation_line){.number = 3,
            .cause = 1,
            .sender = "huis",
            .target = "noord",
            .area = "21004",
            .urgency = 1,
            .late = true,
            .told_by = "huis",
            .handed_by = "regie",
            .handed_to = "regie-west",
            .proposed_ms = 1,
            .closed_ms = 1,
            .preview = &PREVIEW};
    escalation_lines[1] = (struct escalation_line){.number = 4};
    escalations = (struct escalation_list){.escalations = escalation_lines,
            .n_escalations = 2,
            .more = true};
    replies[n++] = (struct reply){.escalations = &escalations};
    replies[n++] = (struct reply){.escalations = &no_escalations};
    replies[n++] = (struct reply){.supply = &supply};
    replies[n++] = (struct reply){.found = &found};
    replies[n++] = (struct reply){.found = &nobody_found};
    replies[n++] = (struct reply){.supply = &no_supply};
    replies[n++] = (struct reply){.status = &status};
    replies[n++] = (struct reply){.status = &away};
    replies[n++] = (struct reply){.doctor = &doctor};
    return n;
}

#endif
