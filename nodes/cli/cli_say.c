/* cli_say.c - sentences for people: in their language, with the code behind a refusal.
 */
#include <errno.h>
#include <string.h>

#include "core/code.h"
#include "nodes/cli/cli.h"

const char *cli_words(const struct cli *cli, enum text_id text)
{
    return (size_t)text < N_TEXTS ? TEXT_ROWS[text].in[cli->lang] : "";
}

const char *cli_words_of(const struct cli *cli, const char *prefix, const char *name)
{
    size_t len = strlen(prefix);
    for (size_t i = 1; i < N_TEXTS; i++) {
        if (strncmp(TEXT_ROWS[i].id, prefix, len) == 0 &&
                strcmp(TEXT_ROWS[i].id + len, name) == 0)
            return TEXT_ROWS[i].in[cli->lang];
    }
    return name;
}

const char *cli_skip_words(const struct cli *cli, const char *code)
{
    static const struct {
        enum code code;
        enum text_id words;
    } REASONS[] = {
            {E_BUSY,        TEXT_SKIP_BUSY       },
            {E_UNREACHABLE, TEXT_SKIP_UNREACHABLE},
            {E_TTL,         TEXT_SKIP_WAITED     },
            {E_PARTNERSHIP, TEXT_SKIP_PARTNERSHIP},
            {E_SECRECY,     TEXT_SKIP_SECRECY    },
    };
    for (size_t i = 0; i < COUNT_OF(REASONS); i++)
        if (strcmp(code_name(REASONS[i].code), code) == 0)
            return cli_words(cli, REASONS[i].words);
    return cli_words(cli, TEXT_SKIP_OTHER);
}

bool cli_asks_again(const struct case_line *line)
{
    return line->code[0] != '\0' && !line->stop_contact && line->n_needs > 0;
}

const char *cli_refused_words(struct cli *cli, const char *code)
{
    return cli_format(cli, TEXT_CODE_AND_WORDS, code,
            code_sentence(code_find(code), cli->lang));
}

/* Does "{1}" or "{2}" stand here? Then what goes there. */
static const char *hole(const char *at, const char *a, const char *b)
{
    if (strncmp(at, "{1}", 3) == 0)
        return a != NULL ? a : "";
    if (strncmp(at, "{2}", 3) == 0)
        return b != NULL ? b : "";
    return NULL;
}

const char *cli_fill_words(char *out, size_t cap, const char *sentence, const char *a,
        const char *b)
{
    size_t len = 0;
    for (const char *at = sentence; *at != '\0' && len + 1 < cap;) {
        const char *filled = hole(at, a, b);
        if (filled == NULL) {
            out[len++] = *at++;
            continue;
        }
        size_t n = strlen(filled);
        if (n > cap - 1 - len)
            n = cap - 1 - len;
        memcpy(out + len, filled, n);
        len += n;
        at += 3;
    }
    out[len] = '\0';
    return out;
}

const char *cli_format(struct cli *cli, enum text_id text, const char *a, const char *b)
{
    char words[CLI_WORDS_BYTES];
    cli_fill_words(words, sizeof words, cli_words(cli, text), a, b);
    size_t len = strlen(words) + 1;
    char *copy = arena_take(&cli->arena, len);
    if (copy == NULL)
        return "";
    memcpy(copy, words, len);
    return copy;
}

const char *cli_colon(const struct cli *cli)
{
    return cli->lang == LANG_FR ? "\u00a0:" : ":";
}

void cli_say(const struct cli *cli, enum text_id text, const char *a, const char *b)
{
    char words[CLI_WORDS_BYTES], first[CLI_WORDS_BYTES], second[CLI_WORDS_BYTES];
    fprintf(cli->out, "%s\n",
            cli_fill_words(words, sizeof words, cli_words(cli, text),
                    cli_clean(first, sizeof first, a != NULL ? a : ""),
                    cli_clean(second, sizeof second, b != NULL ? b : "")));
}

void cli_say_crisis(const struct cli *cli, uint16_t urgency, const char *to)
{
    if (urgency != URGENCY_CRISIS || cli->json)
        return;
    cli_say(cli, TEXT_NO_EMERGENCY, NULL, NULL);
    cli_say(cli, TEXT_CRISIS_CALL, to, NULL);
}

int cli_usage_error(const struct cli *cli, const char *argument, enum text_id text,
        const char *a, const char *b)
{
    char words[CLI_WORDS_BYTES], line[CLI_WORDS_BYTES + 2 * CLI_NAME_BYTES];
    char plain[sizeof line];
    const char *command = cli->command != NULL ? cli->command->name : "";
    cli_fill_words(words, sizeof words, cli_words(cli, text), a, b);
    snprintf(line, sizeof line, "buurtbus%s%s: %.60s%s%s",
            command[0] == '\0' ? "" : " ", command, argument,
            argument[0] == '\0' ? "" : ": ", words);
    if (!cli->json || !cli_json_refusal(cli, code_name(ERR_USAGE), line))
        fprintf(cli->err, "%s\n", cli_clean(plain, sizeof plain, line));
    return EXIT_USAGE;
}

/* --- what the system says --- */

/* The words of the system are in its own language and say nothing to do. */
static const struct {
    int fault;
    enum text_id words;
} SYSTEM[] = {
        {ENOENT,       TEXT_SYS_NONE     },
        {EACCES,       TEXT_SYS_MAY_NOT  },
        {EPERM,        TEXT_SYS_MAY_NOT  },
        {EISDIR,       TEXT_SYS_FOLDER   },
        {ENOTDIR,      TEXT_SYS_NO_FOLDER},
        {EEXIST,       TEXT_SYS_THERE    },
        {ENOTEMPTY,    TEXT_SYS_NOT_EMPTY},
        {ENOSPC,       TEXT_SYS_FULL     },
        {EDQUOT,       TEXT_SYS_FULL     },
        {EROFS,        TEXT_SYS_READ_ONLY},
        {EIO,          TEXT_SYS_BROKEN   },
        {EMFILE,       TEXT_SYS_TOO_MANY },
        {ENFILE,       TEXT_SYS_TOO_MANY },
        {ENAMETOOLONG, TEXT_SYS_TOO_LONG },
        {ELOOP,        TEXT_SYS_LINKS    },
        {EADDRINUSE,   TEXT_SYS_TAKEN    },
        {ECONNREFUSED, TEXT_SYS_SILENT   },
        {ENOMEM,       TEXT_SYS_MEMORY   },
};

const char *cli_system_words(const struct cli *cli, int fault)
{
    for (size_t i = 0; i < COUNT_OF(SYSTEM); i++)
        if (SYSTEM[i].fault == fault)
            return cli_words(cli, SYSTEM[i].words);
    return strerror(fault);
}

const char *cli_in_our_words(const struct cli *cli, const char *words, char *out,
        size_t cap)
{
    for (size_t i = 0; i < COUNT_OF(SYSTEM); i++) {
        const char *said = strerror(SYSTEM[i].fault);
        const char *at = strstr(words, said);
        if (at == NULL)
            continue;
        snprintf(out, cap, "%.*s%s%s", (int)(at - words), words,
                cli_words(cli, SYSTEM[i].words), at + strlen(said));
        return out;
    }
    return words;
}

int cli_fail_words(const struct cli *cli, const char *code, const char *sentence,
        const char *words)
{
    char line[CLI_WORDS_BYTES], ours[CLI_WORDS_BYTES];
    enum code known = code_find(code);
    if (sentence[0] == '\0' && known != N_CODES)
        sentence = code_sentence(known, cli->lang);
    if (!cli->json || !cli_json_refusal(cli, code, sentence))
        fprintf(cli->err, "%s (%s)\n", cli_clean(line, sizeof line, sentence), code);
    /* What exactly was wrong is said in the words of the program, for who looks into
     * it. */
    if (words[0] != '\0')
        fprintf(cli->err, "%s\n",
                cli_clean(line, sizeof line,
                        cli_in_our_words(cli, words, ours, sizeof ours)));
    return known != N_CODES ? code_exit(known) : EXIT_REFUSED;
}

int cli_fail(const struct cli *cli, const struct err *err)
{
    return cli_fail_words(cli, code_name(err->code), "", err->msg);
}

int cli_fail_file(const struct cli *cli, const char *path, size_t max,
        const struct err *err)
{
    char words[CLI_WORDS_BYTES], most[24];
    if (err->code != E_SIZE)
        return cli_fail(cli, err);
    snprintf(most, sizeof most, "%zu", max);
    cli_fill_words(words, sizeof words, cli_words(cli, TEXT_BAD_FILE_SIZE), path, most);
    return cli_fail_words(cli, code_name(err->code), words, "");
}

int cli_no_room(const struct cli *cli)
{
    return cli_fail_words(cli, code_name(ERR_NOMEM), "", "");
}
