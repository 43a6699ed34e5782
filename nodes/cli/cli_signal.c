/* cli_signal.c - a signal as people see it: what was reported, where it stands, what
 * was tried, and which others may be about the same person. */
#include "nodes/cli/cli.h"

static void put_code(struct cli *cli, enum text_id label, enum vocab vocab,
        uint16_t row)
{
    cli_line(cli, label, vocab_label(vocab, row, cli->lang));
}

static void put_number(struct cli *cli, enum text_id label, uint64_t number)
{
    if (number != 0)
        cli_line(cli, label, cli_number(cli, number));
}

void cli_show_signal(struct cli *cli, const struct signal *signal)
{
    cli_heading(cli, cli_words(cli, TEXT_SIGNAL_HEAD));
    cli_line(cli, TEXT_L_PERSON, signal->person);
    cli_line(cli, TEXT_L_PHONE, signal->phone);
    cli_line(cli, TEXT_L_LANGUAGE, signal->language);
    cli_line(cli, TEXT_L_NEEDS,
            cli_labels(cli, VOCAB_NEED_CATEGORY, signal->needs, signal->n_needs));
    cli_line(cli, TEXT_L_OBSERVATIONS,
            cli_labels(cli, VOCAB_OBSERVATION, signal->observations,
                    signal->n_observations));
    put_code(cli, TEXT_L_SOURCE, VOCAB_INFORMATION_SOURCE, signal->information_source);
    put_code(cli, TEXT_L_CHANNEL, VOCAB_SIGNAL_CHANNEL, signal->channel);
    cli_line(cli, TEXT_L_AREA, signal->place);
    cli_line(cli, TEXT_L_TEXT, signal->text);
    cli_line(cli, TEXT_L_REPORTER, signal->reporter);
}

static void put_alike(struct cli *cli, const struct signal_life *life, uint64_t number)
{
    if (life->n_alike == 0)
        return;
    cli_heading(cli, cli_words(cli, TEXT_SIGNAL_ALIKE_HEAD));
    for (size_t i = 0; i < life->n_alike; i++) {
        const struct like_signal *like = &life->alike[i];
        fputs("  ", cli->out);
        cli_say(cli, like->same ? TEXT_SIGNAL_ALIKE_SAME : TEXT_SIGNAL_ALIKE_MAYBE,
                cli_number(cli, like->number), cli_date(cli, like->raised_ms));
        if (like->quiet_until_ms != 0)
            cli_say(cli, TEXT_SIGNAL_ALIKE_QUIET, cli_date(cli, like->quiet_until_ms),
                    NULL);
    }
    cli_paragraph(cli->out,
            cli_format(cli, TEXT_SIGNAL_ALIKE_HOW, cli_number(cli, number), NULL), 2);
}

void cli_show_signal_life(struct cli *cli, const struct case_detail *detail)
{
    const struct signal_life *life = detail->signal_life;
    bool ours = detail->line != NULL && detail->line->kind == CASE_KIND_SIGNAL_OUT;
    if (life == NULL)
        return;
    if (life->late)
        cli_line(cli, TEXT_L_SIGNAL_LATE, cli_words(cli, TEXT_SIGNAL_LATE));
    /* Of one of ours the answer says it. */
    if (!ours || life->answer == 0)
        put_code(cli, TEXT_L_SIGNAL_STATE, VOCAB_SIGNAL_STATE, life->state);
    if (life->outcome != life->state)
        put_code(cli, TEXT_L_SIGNAL_OUTCOME, VOCAB_SIGNAL_STATE, life->outcome);
    put_code(cli, TEXT_L_SIGNAL_REASON, VOCAB_NO_ACTION_REASON, life->reason);
    put_code(cli, TEXT_L_SIGNAL_CALL, VOCAB_CRISIS_CALL, life->call);
    cli_line(cli, TEXT_L_SIGNAL_DECIDER, life->decider);
    bool came_back = life->referral != 0 && life->outcome == 0;
    if (came_back)
        cli_line(cli, TEXT_L_TO_DO,
                cli_format(cli, TEXT_SIGNAL_CAME_BACK, cli_number(cli, life->referral),
                        NULL));
    else
        put_number(cli, TEXT_L_SIGNAL_REFERRAL, life->referral);
    for (size_t i = 0; i < life->n_joined; i++)
        put_number(cli, TEXT_L_SIGNAL_JOINED, life->joined[i]);
    put_code(cli, ours ? TEXT_L_SIGNAL_NEWS : TEXT_L_SIGNAL_ANSWER, VOCAB_SIGNAL_ANSWER,
            life->answer);
    cli_line(cli, TEXT_L_SIGNAL_ANSWER_DUE, cli_date(cli, life->answer_due_ms));
    cli_line(cli, TEXT_L_SIGNAL_QUIET, cli_date(cli, life->quiet_until_ms));
    cli_line(cli, TEXT_L_SIGNAL_ERASE, cli_date(cli, life->erase_ms));
    put_alike(cli, life, detail->line != NULL ? detail->line->number : 0);
}
