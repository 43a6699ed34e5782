/* gateway_proof.c - who opened what, and the file that proves a case to others. */
#include "nodes/gateway.h"
#include "nodes/hands.h"
#include "nodes/openings.h"
#include "nodes/proofs.h"

static bool fill_line(struct node *node, const struct spool_opening *row,
        struct opening_line *line, struct err *err)
{
    size_t n = row->letters.len / sizeof(struct id);
    struct id *letters = arena_take(&node->scratch, (n + 1) * sizeof *letters);
    if (letters == NULL)
        return err_set(err, E_SIZE, "no room for this list");
    if (n > 0)
        memcpy(letters, row->letters.at, n * sizeof *letters);
    *line = (struct opening_line){
            .number = row->number,
            .at_ms = (uint64_t)row->at_ms,
            .actor = row->actor,
            .how = row->how,
            .letters = letters,
            .n_letters = n,
    };
    return true;
}

static bool list_openings(struct node *node, struct gateway_call *call, struct err *err)
{
    const struct list_openings *asked = call->request->openings;
    struct opening_list *list = arena_take(&node->scratch, sizeof *list);
    struct opening_line *lines =
            arena_take(&node->scratch, OPENINGS_SHOWN_MAX * sizeof *lines);
    struct spool_opening *rows =
            arena_take(&node->scratch, OPENINGS_SHOWN_MAX * sizeof *rows);
    size_t n_rows;
    if (list == NULL || lines == NULL || rows == NULL)
        return err_set(err, E_SIZE, "no room for this list");
    if (!spool_openings(node->db, asked->case_number, asked->consent_number,
                &node->scratch, rows, OPENINGS_SHOWN_MAX, &n_rows, err))
        return false;
    for (size_t i = 0; i < n_rows; i++)
        if (!fill_line(node, &rows[i], &lines[i], err))
            return false;
    list->openings = lines;
    list->n_openings = n_rows;
    call->reply.openings = list;
    return true;
}

bool gateway_openings(struct node *node, struct gateway_call *call, struct err *err)
{
    const struct list_openings *asked = call->request->openings;
    struct spool_case file;
    if ((asked->case_number == 0) == (asked->consent_number == 0))
        return gateway_wrong(call, E_FIELD, "case_number", WORDS_ONE_OF);
    if (asked->case_number != 0 && !gateway_find_case(node, call, asked->case_number,
                                           "case_number", true, &file, err))
        return false;
    if (asked->consent_number != 0 && !gateway_has_scope(call, SCOPE_CONSENT_WRITE))
        gateway_refuse(call, E_SCOPE);
    return call->code != CODE_OK || list_openings(node, call, err);
}

bool gateway_evidence(struct node *node, struct gateway_call *call, struct err *err)
{
    struct spool_case file;
    struct evidence_made *out = arena_take(&node->scratch, sizeof *out);
    uint64_t number = call->request->evidence->case_number;
    if (out == NULL)
        return err_set(err, E_SIZE, "no room for the evidence of this case");
    if (!gateway_find_case(node, call, number, "case_number", true, &file, err))
        return false;
    if (call->code != CODE_OK)
        return true;
    struct hands hands;
    if (!hands_find(node, &file, &hands, err))
        return false;
    out->handed_on_as = hands.as;
    out->n_handed_on_as = hands.n_as;
    call->reply.evidence = out;
    return proofs_file(node, &file, out, err);
}
