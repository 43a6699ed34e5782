/* cli_usage.c - the usage text and the man pages, from the tables that the parser uses.
 */
#include "adapters/http/conf.h"
#include "core/home_conf.h"
#include "core/version.h"
#include "nodes/cli/cli.h"

/* What stands for a value: "CODE", "DATE". */
static const enum text_id METAS[N_FLAG_KINDS] = {
        [FLAG_TEXT] = TEXT_META_TEXT,
        [FLAG_PROSE] = TEXT_META_TEXT,
        [FLAG_SWITCH] = TEXT_NONE,
        [FLAG_PARTNER] = TEXT_META_PARTNER,
        [FLAG_NUMBER] = TEXT_META_NUMBER,
        [FLAG_PAGE] = TEXT_META_NUMBER,
        [FLAG_DAY] = TEXT_META_DAY,
        [FLAG_DATE] = TEXT_META_DAY,
        [FLAG_CODE] = TEXT_META_CODE,
        [FLAG_AREA] = TEXT_META_AREA,
        [FLAG_PLACE] = TEXT_META_AREA,
        [FLAG_LANGUAGE] = TEXT_META_LANGUAGE,
        [FLAG_FILE] = TEXT_META_FILE,
        [FLAG_DIRECTORY] = TEXT_META_DIRECTORY,
        [FLAG_ADDRESS] = TEXT_META_ADDRESS,
        [FLAG_LISTEN] = TEXT_META_ADDRESS,
};

static bool is_list(const struct flag *flag)
{
    struct wire_field field;
    return flag->kind != FLAG_PROSE && cli_field(flag, &field) && field.max > 0;
}

/* "--to PARTNER[,PARTNER...]" */
static void put_flag(const struct cli *cli, const struct flag *flag, char *out,
        size_t cap)
{
    char name[CLI_NAME_BYTES];
    const char *meta = cli_words(cli, METAS[flag->kind]);
    cli_flag_text(flag, name);
    if (cli_is_place(flag) || flag->kind == FLAG_SWITCH)
        snprintf(out, cap, "%s", name);
    else
        snprintf(out, cap, "%s %s%s", name, meta, is_list(flag) ? ",..." : "");
}

/* Where the codes of a flag are to be found: "buurtbus vocab NAME", or all of them. */
static const char *codes_of(const struct flag *flag, char out[CLI_WORDS_BYTES])
{
    struct wire_field field;
    char name[WIRE_NAME_BYTES];
    size_t len = 0;
    out[0] = '\0';
    if (flag->kind != FLAG_CODE || !cli_field(flag, &field))
        return out;
    bool all = field.first == 1 && field.last == vocab_count(field.vocab);
    if (field.kind == WALK_VOCAB && all) {
        snprintf(out, CLI_WORDS_BYTES, " (buurtbus vocab %s)", vocab_name(field.vocab));
        return out;
    }
    for (size_t i = 0; cli_choice_at(&field, i, name); i++)
        len += (size_t)snprintf(out + len, CLI_WORDS_BYTES - len, "%s%s",
                i == 0 ? " (" : ", ", name);
    snprintf(out + len, CLI_WORDS_BYTES - len, ")");
    return out;
}

static void put_synopsis(const struct cli *cli, const struct command *command,
        char *out, size_t cap)
{
    char flag[CLI_WORDS_BYTES];
    size_t len = (size_t)snprintf(out, cap, "buurtbus %s", command->name);
    for (size_t i = 0; i < command->n_flags && len < cap; i++) {
        bool needed = command->flags[i].need == FLAG_REQUIRED;
        put_flag(cli, &command->flags[i], flag, sizeof flag);
        len += (size_t)snprintf(out + len, cap - len, "%s%s%s", needed ? " " : " [",
                flag, needed ? "" : "]");
    }
}

static void put_flags(const struct cli *cli, const struct flag *flags, size_t n,
        FILE *out)
{
    char flag[CLI_WORDS_BYTES], words[2 * CLI_WORDS_BYTES], codes[CLI_WORDS_BYTES];
    for (size_t i = 0; i < n; i++) {
        put_flag(cli, &flags[i], flag, sizeof flag);
        snprintf(words, sizeof words, "%s%s", cli_words(cli, flags[i].words),
                codes_of(&flags[i], codes));
        fprintf(out, "  %s\n", flag);
        cli_paragraph(out, words, 8);
    }
}

void cli_usage_command(const struct cli *cli, const struct command *command, FILE *out)
{
    char synopsis[CLI_WORDS_BYTES];
    put_synopsis(cli, command, synopsis, sizeof synopsis);
    cli_paragraph(out, synopsis, 0);
    cli_paragraph(out, cli_words(cli, command->words), 4);
    put_flags(cli, command->flags, command->n_flags, out);
}

void cli_usage(const struct cli *cli, FILE *out)
{
    enum { NAME_COLUMNS = 22, INDENT = 2 };
    const struct command *command;
    enum text_id subject, shown = TEXT_NONE;
    cli_paragraph(out, cli_words(cli, TEXT_USAGE_LINE), 0);
    cli_paragraph(out, cli_words(cli, TEXT_USAGE_WHAT), 0);
    for (size_t i = 0; (command = cli_command_at(i, &subject)) != NULL; i++) {
        if (subject != shown)
            fprintf(out, "\n%s\n", cli_words(cli, subject));
        shown = subject;
        fprintf(out, "%*s%-*s", INDENT, "", NAME_COLUMNS, command->name);
        cli_rest(out, cli_words(cli, command->words), INDENT + NAME_COLUMNS);
    }
    fprintf(out, "\n%s\n", cli_words(cli, TEXT_USAGE_GLOBAL));
    put_flags(cli, GLOBAL_FLAGS, N_GLOBAL_FLAGS, out);
    fputc('\n', out);
    cli_paragraph(out, cli_words(cli, TEXT_USAGE_EXIT), 0);
}

/* --- man pages --- */

/* Text that roff takes as text: no request, no escape, no hyphen that turns into a
 * dash. */
static void roff(FILE *out, const char *text)
{
    bool line_starts = true;
    for (const char *at = text; *at != '\0'; at++) {
        if (line_starts && (*at == '.' || *at == '\''))
            fputs("\\&", out);
        if (*at == '\\')
            fputs("\\e", out);
        else if (*at == '-')
            fputs("\\-", out);
        else
            fputc(*at, out);
        line_starts = *at == '\n';
    }
    fputc('\n', out);
}

static void roff_section(const struct cli *cli, enum text_id title)
{
    fprintf(cli->out, ".SH ");
    roff(cli->out, cli_words(cli, title));
}

static void roff_flags(const struct cli *cli, const struct flag *flags, size_t n)
{
    char flag[CLI_WORDS_BYTES], words[2 * CLI_WORDS_BYTES], codes[CLI_WORDS_BYTES];
    for (size_t i = 0; i < n; i++) {
        put_flag(cli, &flags[i], flag, sizeof flag);
        snprintf(words, sizeof words, "%s%s", cli_words(cli, flags[i].words),
                codes_of(&flags[i], codes));
        fprintf(cli->out, ".TP\n.B ");
        roff(cli->out, flag);
        roff(cli->out, words);
    }
}

static void man_buurtbus(const struct cli *cli)
{
    const struct command *command;
    enum text_id subject, shown = TEXT_NONE;
    fprintf(cli->out, ".TH BUURTBUS 1 \"\" \"buurtbus %s\"\n", BUURTBUS_VERSION);
    roff_section(cli, TEXT_MAN_NAME);
    fprintf(cli->out, "buurtbus \\- ");
    roff(cli->out, cli_words(cli, TEXT_USAGE_SHORT));
    roff_section(cli, TEXT_MAN_SYNOPSIS);
    roff(cli->out, cli_words(cli, TEXT_USAGE_LINE));
    roff_section(cli, TEXT_MAN_DESCRIPTION);
    roff(cli->out, cli_words(cli, TEXT_USAGE_WHAT));
    roff_section(cli, TEXT_MAN_OPTIONS);
    roff_flags(cli, GLOBAL_FLAGS, N_GLOBAL_FLAGS);
    for (size_t i = 0; (command = cli_command_at(i, &subject)) != NULL; i++) {
        if (subject != shown)
            roff_section(cli, subject);
        shown = subject;
        char synopsis[CLI_WORDS_BYTES];
        put_synopsis(cli, command, synopsis, sizeof synopsis);
        fprintf(cli->out, ".SS ");
        roff(cli->out, synopsis);
        roff(cli->out, cli_words(cli, command->words));
        roff_flags(cli, command->flags, command->n_flags);
    }
    roff_section(cli, TEXT_MAN_EXIT);
    roff(cli->out, cli_words(cli, TEXT_USAGE_EXIT));
    roff_section(cli, TEXT_MAN_SEE_ALSO);
    fprintf(cli->out,
            ".BR buurtbus-broker (8),\n.BR buurtbus-node (8),\n.BR buurtbus-http (8)\n");
}

/* What a section may say, indented under its name. */
static void man_section(const struct cli *cli, const struct conf_key *key)
{
    const struct conf_section *section = key->section;
    char most[TIME_TEXT_BYTES];

    fprintf(cli->out, ".TP\n.B %s \\(dq...\\(dq { ... }\n", key->name);
    roff(cli->out, key->words);
    fprintf(cli->out, ".RS\n");
    for (size_t i = 0; i < section->n_keys; i++) {
        time_length_text(section->keys[i].most, most);
        fprintf(cli->out, ".TP\n.B %s\n", section->keys[i].name);
        roff(cli->out, section->keys[i].words);
        fprintf(cli->out, "(1s .. %s, %s)\n", most, section->keys[i].initial);
    }
    fprintf(cli->out, ".RE\n");
}

static void man_setting(const struct cli *cli, const struct conf_key *key)
{
    if (key->type == CONF_SECTION) {
        man_section(cli, key);
        return;
    }
    fprintf(cli->out, ".TP\n.B %s\n", key->name);
    roff(cli->out, key->words);
    if (key->type == CONF_NUMBER)
        fprintf(cli->out, "(%lld .. %lld, %s)\n", (long long)key->min,
                (long long)key->max, key->initial);
    else
        fprintf(cli->out, "(\"%s\")\n", key->initial);
}

/* A daemon: the one option, and its settings with their words. */
static void man_daemon(const struct cli *cli, const char *name, enum text_id what,
        const struct conf_key *keys, size_t n_keys)
{
    fprintf(cli->out, ".TH BUURTBUS-%s 8 \"\" \"buurtbus %s\"\n",
            keys == BROKER_KEYS ? "BROKER"
            : keys == NODE_KEYS ? "NODE"
                                : "HTTP",
            BUURTBUS_VERSION);
    roff_section(cli, TEXT_MAN_NAME);
    fprintf(cli->out, "buurtbus\\-%s \\- ", name);
    roff(cli->out, cli_words(cli, what));
    roff_section(cli, TEXT_MAN_SYNOPSIS);
    fprintf(cli->out, ".B buurtbus\\-%s\n[\\-\\-home %s]\n", name,
            cli_words(cli, TEXT_META_DIRECTORY));
    roff_section(cli, TEXT_MAN_DESCRIPTION);
    roff(cli->out, cli_words(cli, TEXT_MAN_DAEMON));
    roff_section(cli, TEXT_MAN_SETTINGS);
    for (size_t i = 0; i < n_keys; i++)
        man_setting(cli, &keys[i]);
    roff_section(cli, TEXT_MAN_SEE_ALSO);
    fprintf(cli->out, ".BR buurtbus (1)\n");
}

bool cli_man(const struct cli *cli, const char *page)
{
    if (page == NULL || strcmp(page, "buurtbus") == 0)
        man_buurtbus(cli);
    else if (strcmp(page, "broker") == 0)
        man_daemon(cli, page, TEXT_MAN_BROKER, BROKER_KEYS, N_BROKER_KEYS);
    else if (strcmp(page, "node") == 0)
        man_daemon(cli, page, TEXT_MAN_NODE, NODE_KEYS, N_NODE_KEYS);
    else if (strcmp(page, "http") == 0)
        man_daemon(cli, page, TEXT_MAN_HTTP, HTTP_KEYS, N_HTTP_KEYS);
    else
        return false;
    return true;
}
