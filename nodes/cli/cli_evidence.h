/* cli_evidence.h - what a campaign, a barrier or advice rests on: the file of a report,
 * and the numbers that are taken from it. */
#ifndef CLI_EVIDENCE_H
#define CLI_EVIDENCE_H

#include "nodes/cli/cli.h"

enum { EVIDENCE_FILE_MAX = 1000000 };

/* clang-format off */
#define EVIDENCE_FLAGS                                                                                                  \
        {"evidence",      FLAG_FILE,    FLAG_OPTIONAL, TEXT_F_RESTS_ON,         NULL, NULL},                            \
        {"report",        FLAG_CODE,    FLAG_OPTIONAL, TEXT_F_EVIDENCE_REPORT,  &WIRE_REPORT_SNAPSHOT, "report"},       \
        {"report-from",   FLAG_DAY,     FLAG_OPTIONAL, TEXT_F_EVIDENCE_FROM,    &WIRE_REPORT_SNAPSHOT, "from_day"},     \
        {"report-until",  FLAG_DAY,     FLAG_OPTIONAL, TEXT_F_EVIDENCE_UNTIL,   &WIRE_REPORT_SNAPSHOT, "until_day"},    \
        {"labels",        FLAG_TEXT,    FLAG_OPTIONAL, TEXT_F_EVIDENCE_LABELS,  &WIRE_REPORT_SNAPSHOT, "labels"},       \
        {"counts",        FLAG_NUMBER,  FLAG_OPTIONAL, TEXT_F_EVIDENCE_COUNTS,  &WIRE_REPORT_SNAPSHOT, "counts"}
/* clang-format on */

/* Hash the file that was named. *evidence stays NULL when none was; the exit status. */
int cli_evidence(struct cli *cli, struct report_snapshot *snapshot,
        const struct report_snapshot **evidence);
/* What it rests on, for people; and whether the file named with --evidence is that one.
 */
int cli_show_evidence(struct cli *cli, const struct report_snapshot *evidence);

#endif
