/* cli_show.c - one case on the screen: what must not be done, who it is, what the
 * person can and wants, then what is needed, then what was said. */
#include "nodes/cli/cli.h"
#include "nodes/record.h"

/* Label and text of a vocabulary list or of a single code. */
static void put_codes(struct cli *cli, enum text_id label, enum vocab vocab,
        const uint16_t *rows, size_t n)
{
    cli_line(cli, label, cli_labels(cli, vocab, rows, n));
}

static void put_code(struct cli *cli, enum text_id label, enum vocab vocab,
        uint16_t row)
{
    cli_line(cli, label, vocab_label(vocab, row, cli->lang));
}

static void put_yes(struct cli *cli, enum text_id label, bool yes)
{
    if (yes)
        cli_line(cli, label, cli_words(cli, TEXT_YES));
}

/* What there is to do now, or that there is nothing. */
static void put_next(struct cli *cli, const struct case_line *line)
{
    bool ours = line->kind == CASE_KIND_REFERRAL_OUT;
    if (!ours && line->state == OFFER_STATE_NOT_SELECTED)
        cli_line(cli, TEXT_L_TO_DO, cli_words(cli, TEXT_NOT_SELECTED_HERE));
    if (cli_asks_again(line))
        cli_line(cli, TEXT_L_TO_DO,
                cli_format(cli, TEXT_REFUSED_NEXT, cli_number(cli, line->number),
                        cli_refused_words(cli, line->code)));
    bool nobody = strcmp(line->referral_state, "unplaced") == 0 ||
                  strcmp(line->referral_state, "expired") == 0;
    if (ours && nobody)
        cli_line(cli, TEXT_L_TO_DO,
                cli_format(cli, TEXT_UNPLACED_NEXT, cli_number(cli, line->number),
                        NULL));
}

/* Where one candidate stands, and why it was passed over. */
static const char *offer_words(struct cli *cli, const struct offer *offer)
{
    /* The broker never had it. */
    if (offer->version == 0 && offer->code[0] != '\0')
        return cli_format(cli, TEXT_OFFER_REFUSED, cli_refused_words(cli, offer->code),
                NULL);
    if (strcmp(offer->code, code_name(E_LEFT)) == 0)
        return cli_words(cli, TEXT_OFFER_LEFT);
    return offer->state == OFFER_STATE_SKIPPED
                   ? cli_skip_words(cli, offer->code)
                   : cli_words_of(cli, "state_", offer_state_name(offer->state));
}

static enum text_id offers_words(enum mode mode)
{
    return mode == MODE_SEQUENTIAL    ? TEXT_OFFERS_IN_TURN
           : mode == MODE_FIRST_CLAIM ? TEXT_OFFERS_AT_ONCE
                                      : TEXT_OFFERS_HEAD;
}

/* In the order in which they are asked; opened again, it may be in another way. */
static void put_offers(struct cli *cli, const struct case_detail *detail)
{
    for (size_t i = 0; i < detail->n_offers; i++) {
        const struct offer *offer = &detail->offers[i];
        bool behalf = offer->on_behalf_of[0] != '\0';
        if (i == 0 || offer->mode != detail->offers[i - 1].mode)
            cli_heading(cli, cli_words(cli, offers_words(offer->mode)));
        fprintf(cli->out, "  %zu. ", i + 1);
        cli_say(cli, TEXT_OFFER_LINE, behalf ? offer->on_behalf_of : offer->target,
                offer_words(cli, offer));
    }
}

/* What runs under it should know of its end in time. */
static const char *consent_words(struct cli *cli, const struct case_line *line)
{
    const char *stands = cli_words_of(cli, "consent_", line->consent_state);
    if (strcmp(line->consent_state, "active") != 0 || line->consent_days_left == 0 ||
            line->consent_days_left > RECORD_ENDING_DAYS)
        return stands;
    return cli_format(cli, TEXT_JOINED, stands,
            cli_format(cli, TEXT_CONSENT_ENDING,
                    cli_number(cli, line->consent_days_left), NULL));
}

static void put_line(struct cli *cli, const struct case_line *line)
{
    if (line->stop_contact)
        fprintf(cli->out, "\n*** %s ***\n", cli_words(cli, TEXT_STOP_CONTACT));
    cli_heading(cli, cli_format(cli, TEXT_CASE_HEAD, cli_number(cli, line->number),
                             cli_words_of(cli, "kind_", case_kind_name(line->kind))));
    cli_line(cli, TEXT_L_OTHER, line->other);
    cli_line(cli, TEXT_L_ON_BEHALF, line->on_behalf_of);
    if (line->state != OFFER_STATE_NONE && line->code[0] == '\0')
        cli_line(cli, TEXT_L_STATE,
                cli_words_of(cli, "state_", offer_state_name(line->state)));
    if (line->referral_state[0] != '\0')
        cli_line(cli, TEXT_L_REFERRAL_STATE,
                cli_words_of(cli, "referral_", line->referral_state));
    if (line->consent_state[0] != '\0')
        cli_line(cli, TEXT_L_CONSENT, consent_words(cli, line));
    if (line->consent_rest != 0)
        cli_line(cli, TEXT_L_ENDING,
                cli_format(cli, TEXT_CONSENT_REST, cli_number(cli, line->consent_rest),
                        NULL));
    put_code(cli, TEXT_L_RETENTION, VOCAB_RETENTION_BASIS, line->retention);
    if (line->kind != CASE_KIND_ESCALATION) {
        put_code(cli, TEXT_L_URGENCY, VOCAB_URGENCY, line->urgency);
        cli_line(cli, TEXT_L_AREA, line->area);
    }
    cli_line(cli, TEXT_L_UPDATED, cli_moment(cli, line->updated_ms));
    cli_line(cli, TEXT_L_DUE, cli_moment(cli, line->due_ms));
    put_next(cli, line);
    if (line->erase_missing)
        cli_line(cli, TEXT_L_ERASE_MISSING, cli_words(cli, TEXT_CASE_ERASE_MISSING));
    if (line->urgency == URGENCY_CRISIS)
        cli_paragraph(cli->out, cli_words(cli, TEXT_NO_EMERGENCY), 0);
}

void cli_show_preview(struct cli *cli, const struct preview *preview)
{
    cli_heading(cli, cli_words(cli, TEXT_PREVIEW_HEAD));
    cli_line(cli, TEXT_L_STRENGTHS, preview->strengths);
    cli_line(cli, TEXT_L_GOAL, preview->own_goal);
    put_codes(cli, TEXT_L_NEEDS, VOCAB_NEED_CATEGORY, preview->needs, preview->n_needs);
    put_code(cli, TEXT_L_AGE_BAND, VOCAB_AGE_BAND, preview->age_band);
    cli_line(cli, TEXT_L_LANGUAGE, preview->language);
    put_yes(cli, TEXT_L_INTERPRETER, preview->interpreter_needed);
    put_code(cli, TEXT_L_PERIOD, VOCAB_WANTED_PERIOD, preview->wanted_period);
    put_code(cli, TEXT_L_HANDOVER, VOCAB_HANDOVER_MODE, preview->handover_mode);
}

static void put_person(struct cli *cli, const struct person *person)
{
    cli_line(cli, TEXT_L_PERSON, person->name);
    cli_line(cli, TEXT_L_BIRTH_DATE, cli_date_of(cli, person->birth_date));
    put_code(cli, TEXT_L_AGE_BAND, VOCAB_AGE_BAND, person->age_band);
    cli_line(cli, TEXT_L_ADDRESS, person->address);
    cli_line(cli, TEXT_L_PHONE, person->phone);
    cli_line(cli, TEXT_L_LANGUAGE, person->language);
    put_yes(cli, TEXT_L_INTERPRETER, person->interpreter_needed);
    put_code(cli, TEXT_L_CONTACT_RULE, VOCAB_CONTACT_RULE, person->contact_rule);
    put_code(cli, TEXT_L_HOUSEHOLD, VOCAB_HOUSEHOLD, person->household);
    cli_line(cli, TEXT_L_NISS, person->niss);
}

static void put_referral(struct cli *cli, const struct referral *referral)
{
    cli_heading(cli, cli_words(cli, TEXT_CONTENT_HEAD));
    if (referral->person != NULL)
        put_person(cli, referral->person);
    cli_line(cli, TEXT_L_DOES_SELF, referral->person_does_self);
    cli_line(cli, TEXT_L_STRENGTHS, referral->strengths);
    cli_line(cli, TEXT_L_GOAL, referral->own_goal);
    cli_line(cli, TEXT_L_HELP_WANTED, referral->help_wanted);
    put_codes(cli, TEXT_L_NEEDS, VOCAB_NEED_CATEGORY, referral->needs,
            referral->n_needs);
    cli_line(cli, TEXT_L_REASON, referral->reason);
    put_codes(cli, TEXT_L_OBSERVATIONS, VOCAB_OBSERVATION, referral->observations,
            referral->n_observations);
    put_code(cli, TEXT_L_SOURCE, VOCAB_INFORMATION_SOURCE,
            referral->information_source);
    cli_line(cli, TEXT_L_NETWORK, referral->network);
    cli_line(cli, TEXT_L_SERVICES, referral->services_present);
    put_codes(cli, TEXT_L_ATTENTION, VOCAB_ATTENTION_FLAG, referral->attention_flags,
            referral->n_attention_flags);
    put_code(cli, TEXT_L_PERIOD, VOCAB_WANTED_PERIOD, referral->wanted_period);
    put_code(cli, TEXT_L_HANDOVER, VOCAB_HANDOVER_MODE, referral->handover_mode);
    cli_line(cli, TEXT_L_REFERRER, referral->referrer_name);
    cli_line(cli, TEXT_L_REFERRER_PHONE, referral->referrer_phone);
}

/* --- what was said back and forth --- */

/* The reasons and results of an event: at most one of them is there. */
static void put_event(struct cli *cli, const struct event_content *said)
{
    const struct {
        enum vocab vocab;
        uint16_t row;
    } codes[] = {
            {VOCAB_DECLINE_REASON,  said->decline_reason },
            {VOCAB_CANCEL_REASON,   said->cancel_reason  },
            {VOCAB_HOLD_REASON,     said->hold_reason    },
            {VOCAB_FAIL_REASON,     said->fail_reason    },
            {VOCAB_IN_ERROR_REASON, said->in_error_reason},
            {VOCAB_PROGRESS_STEP,   said->progress_step  },
            {VOCAB_VISIT_RESULT,    said->visit_result   },
            {VOCAB_CLOSE_REASON,    said->close_reason   },
            {VOCAB_CLIENT_FEEDBACK, said->client_feedback},
    };
    for (size_t i = 0; i < COUNT_OF(codes); i++) {
        if (codes[i].row != 0)
            cli_paragraph(cli->out,
                    vocab_label(codes[i].vocab, codes[i].row, cli->lang), 4);
    }
    if (said->n_handed_on_to > 0)
        cli_paragraph(cli->out,
                cli_format(cli, TEXT_HANDED_ON_TO,
                        cli_joined(cli, said->handed_on_to, said->n_handed_on_to),
                        NULL),
                4);
    for (size_t i = 0; i < said->n_outcomes; i++)
        cli_paragraph(cli->out,
                cli_format(cli, TEXT_OUTCOME,
                        vocab_label(VOCAB_NEED_CATEGORY, said->outcomes[i].need,
                                cli->lang),
                        vocab_label(VOCAB_OUTCOME, said->outcomes[i].outcome,
                                cli->lang)),
                4);
    if (said->due_ms != 0)
        cli_paragraph(cli->out,
                cli_format(cli, TEXT_UNTIL, cli_moment(cli, said->due_ms), NULL), 4);
    if (said->note[0] != '\0')
        cli_paragraph(cli->out, said->note, 4);
}

static void put_info(struct cli *cli, const struct info *info)
{
    for (size_t i = 0; i < info->n_questions; i++)
        cli_paragraph(cli->out,
                vocab_label(VOCAB_INFO_QUESTION, info->questions[i], cli->lang), 4);
    if (info->text[0] != '\0')
        cli_paragraph(cli->out, info->text, 4);
}

static void put_visit(struct cli *cli, const struct visit *visit)
{
    const char *next = cli_date(cli, visit->next_ms);
    if (visit->result != 0)
        cli_paragraph(cli->out,
                vocab_label(VOCAB_VISIT_RESULT, visit->result, cli->lang), 4);
    if (visit->change != 0)
        cli_paragraph(cli->out,
                vocab_label(VOCAB_VISIT_CHANGE, visit->change, cli->lang), 4);
    if (visit->next_ms != 0)
        cli_paragraph(cli->out,
                cli_format(cli, TEXT_VISIT_ON, next,
                        cli_labels(cli, VOCAB_VISIT_GOER, visit->goes, visit->n_goes)),
                4);
    if (visit->aim != 0)
        cli_paragraph(cli->out, vocab_label(VOCAB_VISIT_AIM, visit->aim, cli->lang), 4);
    if (visit->n_observations > 0)
        cli_paragraph(cli->out,
                cli_labels(cli, VOCAB_OBSERVATION, visit->observations,
                        visit->n_observations),
                4);
    if (visit->text[0] != '\0')
        cli_paragraph(cli->out, visit->text, 4);
}

/* What a partner answered to the person: its words, and what it holds. */
static void put_rights_reply(struct cli *cli, const struct rights_reply *reply)
{
    const char *answer = vocab_label(VOCAB_RIGHTS_ANSWER, reply->answer, cli->lang);
    cli_paragraph(cli->out, answer, 4);
    if (reply->reason != 0)
        cli_paragraph(cli->out,
                vocab_label(VOCAB_RIGHTS_REASON, reply->reason, cli->lang), 4);
    if (reply->retention > RETENTION_BASIS_NONE)
        cli_paragraph(cli->out,
                vocab_label(VOCAB_RETENTION_BASIS, reply->retention, cli->lang), 4);
    if (reply->words[0] != '\0')
        cli_paragraph(cli->out, reply->words, 4);
    put_codes(cli, TEXT_L_RIGHTS_HELD, VOCAB_DATA_CATEGORY, reply->data_categories,
            reply->n_data_categories);
    cli_line(cli, TEXT_L_RIGHTS_SINCE, cli_moment(cli, reply->received_ms));
    if (reply->held != NULL)
        put_referral(cli, reply->held);
    else if (reply->held_preview != NULL)
        cli_show_preview(cli, reply->held_preview);
}

static void put_content(struct cli *cli, struct span packed)
{
    struct content content;
    struct err none = {0};
    if (packed.len == 0 ||
            !wire_get(&WIRE_CONTENT, packed, &cli->arena, &content, &none))
        return;
    if (content.event != NULL)
        put_event(cli, content.event);
    if (content.info != NULL)
        put_info(cli, content.info);
    if (content.visit != NULL)
        put_visit(cli, content.visit);
    if (content.text != NULL)
        cli_paragraph(cli->out, content.text->text, 4);
    if (content.proposal != NULL)
        cli_paragraph(cli->out,
                cli_joined(cli, content.proposal->partners,
                        content.proposal->n_partners),
                4);
    if (content.concern != NULL)
        cli_paragraph(cli->out,
                vocab_label(VOCAB_ESCALATION_CAUSE, content.concern->cause, cli->lang),
                4);
    if (content.signal_answer != NULL)
        cli_paragraph(cli->out,
                vocab_label(VOCAB_SIGNAL_ANSWER, content.signal_answer->answer,
                        cli->lang),
                4);
    if (content.rights_reply != NULL)
        put_rights_reply(cli, content.rights_reply);
    if (content.rights_request != NULL && content.rights_request->corrected != NULL)
        put_referral(cli, content.rights_request->corrected);
    /* What now holds stands above; this is what it was before. */
    if (content.referral != NULL) {
        cli_paragraph(cli->out, cli_words(cli, TEXT_SAID_BEFORE), 4);
        put_referral(cli, content.referral);
    }
}

static void put_moment(struct cli *cli, const struct moment *moment)
{
    const char *what =
            moment->event != OFFER_EVENT_NONE
                    ? cli_words_of(cli, "event_", offer_event_name(moment->event))
                    : cli_words_of(cli, "letter_", letter_type_name(moment->type));
    fprintf(cli->out, "  %s  ", cli_moment(cli, moment->at_ms));
    cli_say(cli, TEXT_MOMENT, moment->by, what);
    put_content(cli, moment->content);
}

/* The events that are possible, as the commands that do them. */
static void put_actions(struct cli *cli, const struct case_detail *detail)
{
    char all[CLI_WORDS_BYTES];
    snprintf(all, sizeof all, "%s",
            cli_joined(cli, detail->actions, detail->n_actions));
    for (char *at = all; *at != '\0'; at++)
        if (*at == '_')
            *at = '-';
    cli_heading(cli, cli_words(cli, TEXT_ACTIONS_HEAD));
    cli_paragraph(cli->out, all, 2);
}

/* What never left the house. */
static void put_confidence(struct cli *cli, const struct case_detail *detail)
{
    if (detail->n_confidence == 0)
        return;
    cli_heading(cli, cli_words(cli, TEXT_CONFIDENCE_HEAD));
    for (size_t i = 0; i < detail->n_confidence; i++) {
        const struct in_confidence *part = &detail->confidence[i];
        fprintf(cli->out, "  ");
        cli_say(cli, TEXT_CONFIDENCE_LINE, cli_moment(cli, part->at_ms), part->by);
        cli_paragraph(cli->out, part->text, 4);
    }
}

static void put_hands(struct cli *cli, const struct case_detail *detail)
{
    if (detail->handed_on_from != 0)
        cli_line(cli, TEXT_L_HANDED_ON_FROM, cli_number(cli, detail->handed_on_from));
    for (size_t i = 0; i < detail->n_handed_on_as; i++)
        cli_line(cli, TEXT_L_HANDED_ON_AS, cli_number(cli, detail->handed_on_as[i]));
}

void cli_show_case(struct cli *cli, const struct case_detail *detail)
{
    if (detail->line != NULL)
        put_line(cli, detail->line);
    cli_line(cli, TEXT_L_ERASED, cli_moment(cli, detail->erased_ms));
    put_hands(cli, detail);
    cli_show_signal_life(cli, detail);
    if (detail->escalation != NULL)
        cli_show_escalation(cli, detail->escalation);
    if (detail->referral != NULL)
        put_referral(cli, detail->referral);
    else if (detail->preview != NULL)
        cli_show_preview(cli, detail->preview);
    if (detail->signal != NULL)
        cli_show_signal(cli, detail->signal);
    put_offers(cli, detail);
    cli_show_coordinators(cli, detail);
    cli_show_proposal(cli, detail);
    if (detail->n_moments > 0)
        cli_heading(cli, cli_words(cli, TEXT_MOMENTS_HEAD));
    for (size_t i = 0; i < detail->n_moments; i++)
        put_moment(cli, &detail->moments[i]);
    put_confidence(cli, detail);
    if (detail->n_visits > 0) {
        cli_heading(cli, cli_words(cli, TEXT_VISITS_HEAD));
        cli_show_visits(cli, detail->visits, detail->n_visits);
    }
    if (detail->n_actions > 0)
        put_actions(cli, detail);
}
