/* cli_convert.c - what was typed for a flag, as the values of the field that it fills.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "core/ids.h"
#include "core/time.h"
#include "nodes/cli/cli.h"

enum {
    SHOWN_BYTES_MAX = 60,
    PLAIN_TEXT_MAX = 255,   /* bytes of a value that fills no field */
    CHOICES_IN_A_LINE = 14, /* more are looked up with `buurtbus vocab` */
    LANGUAGE_MAX = 11,
};

/* --- the checks of one value --- */

/* Bytes that follow the first of a UTF-8 character; -1 when it cannot be a first. */
static int followers(unsigned char lead)
{
    if (lead < 0x80)
        return 0;
    if (lead >= 0xC2 && lead <= 0xDF)
        return 1;
    if (lead >= 0xE0 && lead <= 0xEF)
        return 2;
    return lead >= 0xF0 && lead <= 0xF4 ? 3 : -1;
}

/* Readable text: UTF-8, and of the control characters only tab and new line. Overlong
 * forms and surrogates are left to the strict check of the wire. */
static bool text_ok(const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        unsigned char lead = (unsigned char)*at;
        int more = followers(lead);
        if (more < 0 || lead == 0x7F || (lead < 0x20 && lead != '\t' && lead != '\n'))
            return false;
        for (; more > 0; more--) {
            at++;
            if (((unsigned char)*at & 0xC0) != 0x80)
                return false;
        }
    }
    return true;
}

static bool language_ok(const char *text)
{
    static const char LETTERS[] = "abcdefghijklmnopqrstuvwxyz";
    size_t head = strspn(text, LETTERS);
    return (head == 2 || head == 3) && strlen(text) <= LANGUAGE_MAX &&
           (text[head] == '\0' || (text[head] == '-' && text[head + 1] != '\0'));
}

static bool date_ok(const char *text)
{
    int32_t day;
    return time_day_parse(text, &day);
}

/* Kinds whose text is kept as it is: what it must be, and the sentence when not. */
static const struct {
    bool (*ok)(const char *text);
    enum text_id sentence;
} TEXT_CHECKS[N_FLAG_KINDS] = {
        [FLAG_PARTNER] = {ids_partner_ok, TEXT_BAD_PARTNER },
        [FLAG_DATE] = {date_ok,        TEXT_BAD_DAY     },
        [FLAG_AREA] = {ids_area_ok,    TEXT_BAD_AREA    },
        [FLAG_PLACE] = {ids_place_ok,   TEXT_BAD_PLACE   },
        [FLAG_LANGUAGE] = {language_ok,    TEXT_BAD_LANGUAGE},
        [FLAG_ADDRESS] = {ids_address_ok, TEXT_BAD_ADDRESS },
        [FLAG_LISTEN] = {ids_listen_ok,  TEXT_BAD_LISTEN  },
};

static bool refuse(struct cli *cli, const char **problem, enum text_id text,
        const char *a, const char *b)
{
    *problem = cli_format(cli, text, a, b);
    return false;
}

/* What was typed, as far as it is repeated in a sentence. */
static const char *shown(struct cli *cli, const char *text)
{
    char cut[SHOWN_BYTES_MAX + 1];
    size_t len = strlen(text);
    if (len <= SHOWN_BYTES_MAX)
        return text;
    len = SHOWN_BYTES_MAX - strlen("...");
    while (len > 0 && ((unsigned char)text[len] & 0xC0) == 0x80)
        len--;
    snprintf(cut, sizeof cut, "%.*s...", (int)len, text);
    return cli_format(cli, TEXT_AS_IS, cut, NULL);
}

static bool check_text(struct cli *cli, const struct flag *flag, const char *text,
        size_t limit, const char **problem)
{
    if (text[0] == '\0')
        return refuse(cli, problem, TEXT_BAD_EMPTY, NULL, NULL);
    if (!text_ok(text))
        return refuse(cli, problem, TEXT_BAD_TEXT, NULL, NULL);
    if (TEXT_CHECKS[flag->kind].ok != NULL && !TEXT_CHECKS[flag->kind].ok(text))
        return refuse(cli, problem, TEXT_CHECKS[flag->kind].sentence, shown(cli, text),
                NULL);
    if (strlen(text) > limit)
        return refuse(cli, problem, TEXT_BAD_TOO_LONG, cli_number(cli, limit), NULL);
    return true;
}

/* --- codes --- */

/* What an enum's zero is called is no choice. */
bool cli_choice_at(const struct wire_field *field, size_t index,
        char name[WIRE_NAME_BYTES])
{
    if (field->kind == WALK_ENUM)
        return wire_enum_at(field, index + 1, name);
    size_t row = field->first + index;
    if (row > field->last)
        return false;
    snprintf(name, WIRE_NAME_BYTES, "%s", vocab_code(field->vocab, (uint16_t)row));
    return true;
}

const char *cli_choices(struct cli *cli, const struct wire_field *field)
{
    char all[CLI_WORDS_BYTES] = "", name[WIRE_NAME_BYTES];
    size_t n = 0, len = 0;
    while (cli_choice_at(field, n, name) && n <= CHOICES_IN_A_LINE) {
        len += (size_t)snprintf(all + len, sizeof all - len, "%s%s", n == 0 ? "" : ", ",
                name);
        n++;
    }
    return cli_format(cli, TEXT_AS_IS, n > CHOICES_IN_A_LINE ? "" : all, NULL);
}

static bool refuse_code(struct cli *cli, const struct wire_field *field,
        const char *word, const char **problem)
{
    const char *choices = cli_choices(cli, field);
    if (choices[0] != '\0')
        return refuse(cli, problem, TEXT_BAD_CHOICE, shown(cli, word), choices);
    return refuse(cli, problem, TEXT_BAD_CODE, shown(cli, word),
            vocab_name(field->vocab));
}

static bool convert_code(struct cli *cli, const struct wire_field *field,
        const char *word, void *out, const char **problem)
{
    char name[WIRE_NAME_BYTES];
    uint32_t number;
    if (field->kind == WALK_VOCAB) {
        uint16_t row = vocab_find(field->vocab, word);
        if (row < field->first || row > field->last)
            return refuse_code(cli, field, word, problem);
        memcpy(out, &row, sizeof row);
        return true;
    }
    /* "to-decide" and "referral:send" as people write them. */
    snprintf(name, sizeof name, "%s", word);
    for (char *at = name; *at != '\0'; at++)
        if (*at == '-' || *at == ':')
            *at = '_';
    if (!wire_enum_find(field, name, &number) || number == 0)
        return refuse_code(cli, field, word, problem);
    memcpy(out, &number, sizeof number);
    return true;
}

/* --- numbers and days --- */

static void put_number(const struct wire_field *field, uint64_t number, void *out)
{
    uint32_t small = (uint32_t)number;
    if (field->kind == WALK_U64)
        memcpy(out, &number, sizeof number);
    else
        memcpy(out, &small, sizeof small);
}

static bool convert_number(struct cli *cli, const struct flag *flag,
        const struct wire_field *field, const char *word, void *out,
        const char **problem)
{
    uint64_t max = field->kind == WALK_U64 ? INT64_MAX : UINT32_MAX;
    bool digits = word[0] != '\0' && strspn(word, "0123456789") == strlen(word);
    errno = 0;
    uint64_t number = digits ? strtoull(word, NULL, 10) : 0;
    if (!digits || errno != 0 || number > max || (number == 0 && cli_is_place(flag)))
        return refuse(cli, problem, TEXT_BAD_NUMBER, shown(cli, word), NULL);
    if (flag->kind == FLAG_PAGE && (number == 0 || number > CLI_PAGE_MAX))
        return refuse(cli, problem, TEXT_BAD_PAGE, cli_number(cli, CLI_PAGE_MAX), NULL);
    put_number(field, number, out);
    return true;
}

static bool convert_day(struct cli *cli, const struct wire_field *field,
        const char *word, void *out, const char **problem)
{
    int32_t day;
    if (!time_day_parse(word, &day) || day < 0)
        return refuse(cli, problem, TEXT_BAD_DAY, shown(cli, word), NULL);
    uint64_t last_ms = (uint64_t)(time_day_start(day + 1) - 1);
    put_number(field, field->kind == WALK_U64 ? last_ms : (uint64_t)day, out);
    return true;
}

/* --- one value, a list --- */

static bool convert_one(struct cli *cli, const struct flag *flag,
        const struct wire_field *field, const char *word, void *out,
        const char **problem)
{
    if (!text_ok(word))
        return refuse(cli, problem, TEXT_BAD_TEXT, NULL, NULL);
    switch (flag->kind) {
    case FLAG_CODE: return convert_code(cli, field, word, out, problem);
    case FLAG_NUMBER:
    case FLAG_PAGE: return convert_number(cli, flag, field, word, out, problem);
    case FLAG_DAY: return convert_day(cli, field, word, out, problem);
    case FLAG_TEXT:
    case FLAG_PROSE:
    case FLAG_SWITCH:
    case FLAG_PARTNER:
    case FLAG_DATE:
    case FLAG_AREA:
    case FLAG_PLACE:
    case FLAG_LANGUAGE:
    case FLAG_FILE:
    case FLAG_DIRECTORY:
    case FLAG_ADDRESS:
    case FLAG_LISTEN:
    case N_FLAG_KINDS: break;
    }
    if (!check_text(cli, flag, word, field->limit, problem))
        return false;
    memcpy(out, &word, sizeof word);
    return true;
}

/* The pieces between commas, without the spaces around them. */
static char *next_piece(char **rest)
{
    char *piece = *rest + strspn(*rest, " ");
    char *end = piece + strcspn(piece, ",");
    *rest = *end == ',' ? end + 1 : NULL;
    while (end > piece && end[-1] == ' ')
        end--;
    *end = '\0';
    return piece;
}

static bool convert_list(struct cli *cli, const struct flag *flag,
        const struct wire_field *field, char *words, struct value *out,
        const char **problem)
{
    uint8_t *at = arena_take(&cli->arena, field->max * field->size);
    char *rest = words;
    size_t n = 0;
    while (at != NULL && rest != NULL) {
        if (n == field->max)
            return refuse(cli, problem, TEXT_BAD_TOO_MANY, cli_number(cli, n), NULL);
        const char *piece = next_piece(&rest);
        if (!convert_one(cli, flag, field, piece, at + n * field->size, problem))
            return false;
        n++;
    }
    if (at == NULL)
        return refuse(cli, problem, TEXT_BAD_TOO_MANY, "0", NULL);
    out->at = at;
    out->n = n;
    return true;
}

/* A flag that fills no field. */
static bool convert_plain(struct cli *cli, const struct flag *flag, const char *words,
        const char **problem)
{
    return flag->kind == FLAG_SWITCH ||
           check_text(cli, flag, words, PLAIN_TEXT_MAX, problem);
}

bool cli_convert(struct cli *cli, const struct flag *flag, const char *words,
        struct value *value, const char **problem)
{
    struct value out = {.given = true, .n = 1};
    struct wire_field field;
    size_t len = strlen(words) + 1;
    char *copy = arena_take(&cli->arena, len);
    if (copy == NULL)
        return refuse(cli, problem, TEXT_BAD_TOO_LONG, "0", NULL);
    memcpy(copy, words, len);
    out.words = copy;
    if (!cli_field(flag, &field)) {
        if (!convert_plain(cli, flag, copy, problem))
            return false;
    } else if (flag->kind == FLAG_SWITCH) {
        static const bool YES = true;
        out.at = &YES;
    } else if (field.max > 0 && flag->kind != FLAG_PROSE) {
        /* The list is cut at its commas; the words stay as they were typed. */
        char *pieces = arena_take(&cli->arena, len);
        if (pieces == NULL)
            return refuse(cli, problem, TEXT_BAD_TOO_LONG, "0", NULL);
        memcpy(pieces, words, len);
        if (!convert_list(cli, flag, &field, pieces, &out, problem))
            return false;
    } else {
        void *at = arena_take(&cli->arena, sizeof(uint64_t));
        if (at == NULL || !convert_one(cli, flag, &field, copy, at, problem))
            return at == NULL ? refuse(cli, problem, TEXT_BAD_TOO_LONG, "0", NULL)
                              : false;
        out.at = at;
    }
    *value = out;
    return true;
}

bool cli_case_or_letter(const struct cli *cli, uint64_t *case_number, struct id *msg_id)
{
    const char *text = cli_text(cli, "CASE");
    char *end;
    if (text == NULL || ids_parse(text, msg_id))
        return true;
    *case_number = strtoull(text, &end, 10);
    return text[0] >= '1' && text[0] <= '9' && *end == '\0';
}
