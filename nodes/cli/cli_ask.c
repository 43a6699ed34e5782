/* cli_ask.c - questions to a person at a terminal. */
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include "core/hash.h"
#include "core/ids.h"
#include "core/keys.h"
#include "nodes/cli/cli.h"

bool cli_read_line(struct cli *cli, char *line, size_t cap)
{
    fflush(cli->out);
    if (fgets(line, (int)cap, cli->in) == NULL)
        return false;
    size_t len = strcspn(line, "\r\n");
    if (line[len] == '\0' && len + 1 == cap) {
        /* The rest of a line that is too long is not the answer to the next question.
         */
        int c;
        do
            c = fgetc(cli->in);
        while (c != '\n' && c != EOF);
    }
    line[len] = '\0';
    return true;
}

/* --- choosing from a list --- */

static const char *choice_label(const struct cli *cli, const struct wire_field *field,
        size_t index, char name[WIRE_NAME_BYTES])
{
    if (field->kind == WALK_ENUM)
        return wire_enum_at(field, index + 1, name) ? cli_words_of(cli, "name_", name)
                                                    : NULL;
    size_t row = field->first + index;
    if (row > field->last)
        return NULL;
    snprintf(name, WIRE_NAME_BYTES, "%s", vocab_code(field->vocab, (uint16_t)row));
    return vocab_label(field->vocab, (uint16_t)row, cli->lang);
}

static void show_choices(const struct cli *cli, const struct wire_field *field)
{
    char name[WIRE_NAME_BYTES];
    const char *label;
    for (size_t i = 0; (label = choice_label(cli, field, i, name)) != NULL; i++)
        fprintf(cli->out, "  %2zu  %s\n", i + 1, label);
}

/* Numbers of the list as codes: "1, 3" becomes "person_asked,moved"; what is no number
 * stays. */
static bool numbers_to_codes(const struct cli *cli, const struct wire_field *field,
        const char *line, char *codes, size_t cap)
{
    size_t len = 0;
    codes[0] = '\0';
    for (const char *at = line; *at != '\0';) {
        char name[WIRE_NAME_BYTES], piece[WIRE_NAME_BYTES];
        size_t n = strcspn(at, ", ");
        if (n == 0) {
            at++;
            continue;
        }
        if (n >= sizeof piece)
            return false;
        memcpy(piece, at, n);
        piece[n] = '\0';
        at += n;
        unsigned long number = strspn(piece, "0123456789") == n && n < 5
                                       ? strtoul(piece, NULL, 10)
                                       : 0;
        const char *code = piece;
        if (number > 0 && choice_label(cli, field, number - 1, name) != NULL)
            code = name;
        int put = snprintf(codes + len, cap - len, "%s%s", len == 0 ? "" : ",", code);
        if (put < 0 || (size_t)put >= cap - len)
            return false;
        len += (size_t)put;
    }
    return true;
}

static void put_question(const struct cli *cli, const struct flag *flag,
        const struct wire_field *field)
{
    bool list = field != NULL && field->max > 0;
    fprintf(cli->out, "%s%s%s%s\n", cli_words(cli, flag->words), list ? " " : "",
            list ? cli_words(cli, TEXT_ASK_SEVERAL) : "", cli_colon(cli));
    if (field != NULL && flag->kind == FLAG_CODE)
        show_choices(cli, field);
    fprintf(cli->out, flag->need == FLAG_ASKED ? "(%s) > " : "> %.0s",
            cli_words(cli, TEXT_ASK_EMPTY));
}

/* A switch is asked for as yes or no. */
static bool answer_switch(const char *line, const struct flag *flag, struct cli *cli,
        struct value *value)
{
    const char *problem;
    if (line[0] == '\0' || strchr("jJoOyY1", line[0]) == NULL)
        return true;
    return cli_convert(cli, flag, "", value, &problem);
}

bool cli_ask(struct cli *cli, const struct flag *flag, struct value *value)
{
    char line[CLI_LINE_BYTES], codes[CLI_LINE_BYTES], name[CLI_NAME_BYTES];
    struct wire_field field;
    bool fills = cli_field(flag, &field);
    cli_flag_text(flag, name);
    while (true) {
        const char *problem = "", *words = line;
        put_question(cli, flag, fills ? &field : NULL);
        if (!cli_read_line(cli, line, sizeof line)) {
            (void)cli_usage_error(cli, name, TEXT_BAD_MISSING,
                    cli_words(cli, flag->words), NULL);
            return false;
        }
        if (flag->kind == FLAG_SWITCH)
            return answer_switch(line, flag, cli, value);
        if (line[0] == '\0' && flag->need == FLAG_ASKED)
            return true;
        if (line[0] == '\0') {
            fprintf(cli->out, "%s\n", cli_words(cli, TEXT_BAD_EMPTY));
            continue;
        }
        if (fills && flag->kind == FLAG_CODE &&
                numbers_to_codes(cli, &field, line, codes, sizeof codes))
            words = codes;
        if (cli_convert(cli, flag, words, value, &problem))
            return true;
        fprintf(cli->out, "%s\n", problem);
    }
}

/* --- passphrases and fingerprints --- */

static int read_passphrase_file(const struct cli *cli, const char *path,
        char passphrase[CLI_PASSPHRASE_BYTES])
{
    uint8_t bytes[CLI_PASSPHRASE_BYTES];
    size_t len = 0;
    struct err err = {0};
    if (!keys_read_file(path, bytes, sizeof bytes - 1, &len, &err))
        return cli_fail(cli, &err);
    bytes[len] = '\0';
    /* The first line, as an editor leaves it. */
    snprintf(passphrase, CLI_PASSPHRASE_BYTES, "%.*s",
            (int)strcspn((const char *)bytes, "\r\n"), (const char *)bytes);
    hash_wipe(bytes, sizeof bytes);
    return EXIT_OK;
}

/* Ask with the echo of the terminal off. */
static bool ask_secret(struct cli *cli, enum text_id question, char *secret, size_t cap)
{
    struct termios before, quiet;
    int fd = fileno(cli->in);
    bool echo = tcgetattr(fd, &before) == 0;
    fprintf(cli->out, "%s%s ", cli_words(cli, question), cli_colon(cli));
    if (echo) {
        quiet = before;
        quiet.c_lflag &= ~(tcflag_t)ECHO;
        fflush(cli->out);
        tcsetattr(fd, TCSAFLUSH, &quiet);
    }
    bool ok = cli_read_line(cli, secret, cap);
    if (echo) {
        tcsetattr(fd, TCSAFLUSH, &before);
        fprintf(cli->out, "\n");
    }
    return ok;
}

int cli_passphrase(struct cli *cli, bool twice, char passphrase[CLI_PASSPHRASE_BYTES])
{
    char again[CLI_PASSPHRASE_BYTES];
    const char *path = cli_text(cli, "passphrase-file");
    int status = EXIT_OK;
    if (path != NULL)
        status = read_passphrase_file(cli, path, passphrase);
    else if (!cli->terminal || cli->json)
        return cli_usage_error(cli, "--passphrase-file", TEXT_BAD_MISSING,
                cli_words(cli, TEXT_F_PASSPHRASE_FILE), NULL);
    else if (!ask_secret(cli, TEXT_ASK_PASSPHRASE, passphrase, CLI_PASSPHRASE_BYTES))
        return cli_usage_error(cli, "--passphrase-file", TEXT_BAD_PASSPHRASE, NULL,
                NULL);
    if (status == EXIT_OK && strlen(passphrase) < KEYS_PASSPHRASE_MIN)
        status = cli_usage_error(cli, "--passphrase-file", TEXT_BAD_PASSPHRASE, NULL,
                NULL);
    if (status == EXIT_OK && twice && path == NULL &&
            (!ask_secret(cli, TEXT_ASK_PASSPHRASE_AGAIN, again, sizeof again) ||
                    strcmp(again, passphrase) != 0))
        status = cli_usage_error(cli, "--passphrase-file", TEXT_BAD_PASSPHRASE_AGAIN,
                NULL, NULL);
    hash_wipe(again, sizeof again);
    if (status != EXIT_OK)
        hash_wipe(passphrase, CLI_PASSPHRASE_BYTES);
    return status;
}

int cli_compare(struct cli *cli, const char *fingerprint, const char *whose)
{
    char line[CLI_NAME_BYTES];
    const char *given = cli_text(cli, "fingerprint");
    struct err err = {0};
    if (given != NULL) {
        if (ids_fingerprint_same(given, fingerprint))
            return EXIT_OK;
        (void)err_set(&err, E_AUTH, "%s: %s", whose, fingerprint);
        return cli_fail_words(cli, code_name(E_AUTH),
                cli_words(cli, TEXT_FINGERPRINT_OTHER), err.msg);
    }
    if (cli->yes)
        return EXIT_OK;
    if (!cli->terminal || cli->json)
        return cli_usage_error(cli, "--fingerprint", TEXT_BAD_MISSING,
                cli_words(cli, TEXT_F_FINGERPRINT), NULL);
    cli_say(cli, TEXT_FINGERPRINT_COMPARE, whose, fingerprint);
    if (cli_read_line(cli, line, sizeof line) && line[0] != '\0' &&
            strchr("jJoOyY", line[0]) != NULL)
        return EXIT_OK;
    return cli_fail_words(cli, code_name(E_AUTH),
            cli_words(cli, TEXT_FINGERPRINT_OTHER), "");
}
