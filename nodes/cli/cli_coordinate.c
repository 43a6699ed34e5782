/* cli_coordinate.c - on the screen of a case: why a coordinator looks at it, what
 * coordinators were shown, whom they propose. */
#include "nodes/cli/cli.h"

void cli_show_escalation(struct cli *cli, const struct escalation_line *line)
{
    cli_line(cli, TEXT_L_CAUSE,
            vocab_label(VOCAB_ESCALATION_CAUSE, line->cause, cli->lang));
    cli_line(cli, TEXT_L_AREA, line->area);
    cli_line(cli, TEXT_L_URGENCY, vocab_label(VOCAB_URGENCY, line->urgency, cli->lang));
    cli_line(cli, TEXT_L_SINCE, cli_moment(cli, line->since_ms));
    cli_line(cli, TEXT_L_DUE, cli_moment(cli, line->due_ms));
    const char *notes = cli_escalation_notes(cli, line);
    if (notes[0] != '\0')
        cli_paragraph(cli->out, notes, 2);
}

/* "ldc-noord: can be asked" */
static void put_partner(struct cli *cli, const struct proposed_partner *partner)
{
    char words[CLI_WORDS_BYTES];
    const char *own = partner->own ? cli_words(cli, TEXT_PROPOSED_OWN) : "";
    snprintf(words, sizeof words, "%s%s%s",
            cli_words_of(cli, "proposed_", partner->state), own[0] != '\0' ? " " : "",
            own);
    cli_paragraph(cli->out,
            cli_format(cli, TEXT_PROPOSED_LINE, partner->partner, words), 2);
}

void cli_show_proposal(struct cli *cli, const struct case_detail *detail)
{
    const struct proposal_line *proposal = detail->proposal;
    if (proposal == NULL)
        return;
    cli_heading(cli, cli_format(cli, TEXT_PROPOSAL_HEAD, proposal->by,
                             cli_moment(cli, proposal->at_ms)));
    bool any = false;
    for (size_t i = 0; i < proposal->n_partners; i++) {
        put_partner(cli, &proposal->partners[i]);
        any |= strcmp(proposal->partners[i].state, "ready") == 0;
    }
    if (any && detail->line != NULL)
        cli_paragraph(cli->out,
                cli_format(cli, TEXT_PROPOSAL_TAKE,
                        cli_number(cli, detail->line->number), NULL),
                2);
}

/* Why a coordinator was shown nothing, in its own words where the code is too general.
 */
static const char *not_shown(struct cli *cli, const struct coordinator *coordinator)
{
    enum code code = code_find(coordinator->code);
    switch ((int)code) {
    case E_CONSENT_RECIPIENT:
    case E_CONSENT_AREA: return cli_words(cli, TEXT_COORDINATOR_NOT_NAMED);
    default: return code < N_CODES ? code_sentence(code, cli->lang) : coordinator->code;
    }
}

void cli_show_coordinators(struct cli *cli, const struct case_detail *detail)
{
    if (detail->n_coordinators > 0)
        cli_heading(cli, cli_words(cli, TEXT_COORDINATORS_HEAD));
    for (size_t i = 0; i < detail->n_coordinators; i++) {
        const struct coordinator *one = &detail->coordinators[i];
        const char *words = one->partner[0] == '\0'
                                    ? cli_words(cli, TEXT_COORDINATOR_NOBODY)
                            : one->code[0] == '\0'
                                    ? cli_format(cli, TEXT_COORDINATOR_SHOWN,
                                              one->partner, cli_moment(cli, one->at_ms))
                                    : cli_format(cli, TEXT_COORDINATOR_NOT_SHOWN,
                                              one->partner, not_shown(cli, one));
        cli_paragraph(cli->out, words, 2);
    }
}
