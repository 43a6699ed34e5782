/* gateway_neighbours.c - what is said among neighbours: how it is looked through,
 * numbered, said and ended. */
#include "nodes/gateway_neighbours.h"

#include <stdio.h>

#include "core/open_text.h"
#include "nodes/registry.h"

/* ------------------------------------------------------------- texts */

static const enum words FOUND[N_OPEN_FINDS] = {
        [OPEN_FIND_LENGTH] = WORDS_FOUND_LENGTH,
        [OPEN_FIND_NISS] = WORDS_FOUND_NISS,
        [OPEN_FIND_PHONE] = WORDS_FOUND_PHONE,
        [OPEN_FIND_EMAIL] = WORDS_FOUND_EMAIL,
        [OPEN_FIND_STREET] = WORDS_FOUND_STREET,
        [OPEN_FIND_DIGITS] = WORDS_FOUND_DIGITS,
        [OPEN_FIND_PLACE] = WORDS_FOUND_PLACE,
        [OPEN_FIND_NAME] = WORDS_FOUND_NAME,
        [OPEN_FIND_AGE] = WORDS_FOUND_AGE,
        [OPEN_FIND_LINK] = WORDS_FOUND_LINK,
};

/* "Is this somebody's name: "Jan Peeters"?" */
bool gateway_open_text(struct node *node, struct gateway_call *call, const char *field,
        const char *text, bool sure)
{
    enum { PART_BYTES = 80 };
    char words[300];
    struct open_text found = open_text_judge(text);
    size_t len = found.len < PART_BYTES ? found.len : PART_BYTES;
    bool refused = open_text_refused(found.find);
    if (found.find == OPEN_FIND_NOTHING || (sure && !refused))
        return true;
    /* Half a character would leave a reply that cannot be said. */
    while (len > 0 && ((unsigned char)text[found.at + len] & 0xC0) == 0x80)
        len--;
    snprintf(words, sizeof words, "%s%s \"%.*s\"%s",
            words_text(FOUND[found.find], call->lang),
            call->lang == LANG_FR ? " :" : ":", (int)len, text + found.at,
            refused                 ? ""
            : call->lang == LANG_FR ? " ?"
                                    : "?");
    return gateway_wrong_text(node, call, refused ? E_IDENTIFIES : E_UNSURE, field,
            words);
}

/* ------------------------------------------------------------- days, numbers */

uint64_t gateway_until(const struct node *node, uint32_t until_day, int usual, int most)
{
    uint32_t today = (uint32_t)time_brussels_day(node_now(node));
    uint32_t day = until_day == 0 ? today + (uint32_t)usual : until_day;
    /* The last day is counted whole, and a day has its hours on both sides. */
    if (day < today || day - today >= (uint32_t)most - 1)
        return 0;
    return (uint64_t)time_day_start((int32_t)day + 1);
}

static void number_text(uint64_t number, char out[DIRECTORY_SUBJECT_BYTES])
{
    snprintf(out, DIRECTORY_SUBJECT_BYTES, "%llu", (unsigned long long)number);
}

static uint64_t free_number(const struct node *node, enum statement_kind kind,
        char subject[DIRECTORY_SUBJECT_BYTES])
{
    uint64_t number = 0;
    do
        number_text(++number, subject);
    while (directory_version(node->directory, node->partner, kind, subject) != 0);
    return number;
}

bool gateway_say(struct node *node, struct gateway_call *call,
        struct gateway_saying *saying, struct err *err)
{
    struct statement *statement = &saying->statement;
    char subject[DIRECTORY_SUBJECT_BYTES];
    char reference[ASKS_REFERENCE_BYTES];
    uint64_t number = saying->number;
    statement->subject = subject;
    if (number == 0) {
        number = free_number(node, statement->kind, subject);
    } else {
        snprintf(reference, sizeof reference, "%s/%llu", node->partner,
                (unsigned long long)number);
        const struct statement *before = asks_find(node, statement->kind, reference);
        if (before == NULL)
            return gateway_wrong(call, E_NOT_FOUND, "number", saying->gone);
        number_text(number, subject);
        *statement = (struct statement){.kind = statement->kind,
                .subject = subject,
                .until_ms = before->until_ms,
                .ended = true};
    }
    return registry_statement(node, statement, err) &&
           gateway_made(node, call,
                   &(struct made){.state = saying->number != 0 && saying->state == NULL
                                                   ? "ended"
                                                   : saying->state,
                           .count = number},
                   err);
}
