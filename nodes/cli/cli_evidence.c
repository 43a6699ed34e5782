/* cli_evidence.c - the file of a report as evidence: its hash, and whether a file is
 * the one that was meant. */
#include "nodes/cli/cli_evidence.h"
#include "core/file.h"

#include "core/hash.h"

/* The hash of the file that --evidence names; *status says why not. */
static bool hash_file(struct cli *cli, struct key32 *hash, int *status)
{
    struct span bytes;
    struct err err = {0};
    if (!file_read(cli_text(cli, "evidence"), EVIDENCE_FILE_MAX, &cli->arena, &bytes,
                &err)) {
        *status =
                cli_fail_file(cli, cli_text(cli, "evidence"), EVIDENCE_FILE_MAX, &err);
        return false;
    }
    *hash = hash_sha256_one(bytes);
    return true;
}

int cli_evidence(struct cli *cli, struct report_snapshot *snapshot,
        const struct report_snapshot **evidence)
{
    static const char *const WITH_FILE[] = {"report", "report-from", "report-until",
            "labels", "counts"};
    int status = EXIT_OK;
    for (size_t i = 0; i < COUNT_OF(WITH_FILE); i++)
        if (cli_given(cli, WITH_FILE[i]) && !cli_given(cli, "evidence"))
            return cli_usage_error(cli, "--evidence", TEXT_BAD_MISSING,
                    cli_words(cli, TEXT_F_RESTS_ON), NULL);
    if (!cli_given(cli, "evidence"))
        return EXIT_OK;
    if (!hash_file(cli, &snapshot->sha256, &status))
        return status;
    *evidence = snapshot;
    return EXIT_OK;
}

int cli_show_evidence(struct cli *cli, const struct report_snapshot *evidence)
{
    enum { HASH_TEXT_BYTES = 65, HASH_SHOWN = 16 };
    char text[HASH_TEXT_BYTES];
    struct key32 hash;
    int status = EXIT_OK;
    if (evidence == NULL)
        return EXIT_OK;
    ids_hex((struct span){evidence->sha256.b, sizeof evidence->sha256.b}, text);
    text[HASH_SHOWN] = '\0';
    cli_line(cli, TEXT_L_EVIDENCE,
            cli_format(cli, TEXT_EVIDENCE_OF,
                    vocab_label(VOCAB_REPORT_KIND, evidence->report, cli->lang), text));
    if (evidence->from_day != 0)
        cli_line(cli, TEXT_L_EVIDENCE_DAYS,
                cli_format(cli, TEXT_EVIDENCE_DAYS, cli_day(cli, evidence->from_day),
                        cli_day(cli, evidence->until_day)));
    for (size_t i = 0; i < evidence->n_labels && i < evidence->n_counts; i++)
        cli_line(cli, TEXT_L_EVIDENCE_NUMBER,
                cli_format(cli, TEXT_EVIDENCE_NUMBER, evidence->labels[i],
                        cli_number(cli, evidence->counts[i])));
    if (!cli_given(cli, "evidence"))
        return EXIT_OK;
    if (!hash_file(cli, &hash, &status))
        return status;
    bool same = key32_equal(&hash, &evidence->sha256);
    cli_say(cli, same ? TEXT_EVIDENCE_SAME : TEXT_EVIDENCE_OTHER,
            cli_text(cli, "evidence"), NULL);
    return same ? EXIT_OK : EXIT_REFUSED;
}
