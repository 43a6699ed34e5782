/* cli_kit.c - a starter kit as files: tables of areas and sectors, partner types,
 * notices, limits, and the first steps. */
#include "nodes/cli/cli_kit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/folder.h"
#include "core/home.h"

static const char *column(enum vocab vocab, uint16_t row, const char *name)
{
    return vocab_column(vocab, row, name);
}

bool kit_make(struct kit *kit, const struct new_network *wish, const char *dir,
        struct err *err)
{
    const char *name = vocab_code(VOCAB_KIT, wish->kit);
    *kit = (struct kit){.wish = wish, .dir = dir};
    snprintf(kit->broker, sizeof kit->broker, "makelaar-%.31s", wish->network);
    int len = snprintf(kit->steward_home, sizeof kit->steward_home, "%s/steward", dir);
    if (len < 0 || (size_t)len >= sizeof kit->steward_home)
        return err_set(err, E_SIZE, "the path of this folder is too long");
    snprintf(kit->broker_home, sizeof kit->broker_home, "%s/broker", dir);
    snprintf(kit->files, sizeof kit->files, "%s/kit", dir);
    for (size_t i = 0; i < wish->n_areas && i < KIT_AREAS_MAX; i++)
        kit->areas[kit->n_areas++] = wish->areas[i];
    for (uint16_t row = 1; wish->n_areas == 0 && row <= vocab_count(VOCAB_KIT_AREA) &&
                           kit->n_areas < KIT_AREAS_MAX;
            row++)
        if (strcmp(column(VOCAB_KIT_AREA, row, "kit"), name) == 0)
            kit->areas[kit->n_areas++] = vocab_code(VOCAB_KIT_AREA, row);
    return true;
}

static bool has_area(const struct kit *kit, const char *area)
{
    for (size_t i = 0; i < kit->n_areas; i++)
        if (strcmp(kit->areas[i], area) == 0)
            return true;
    return false;
}

/* --- one file --- */

void kit_file(const struct kit *kit, const char *name, char path[KIT_FILE_BYTES])
{
    snprintf(path, KIT_FILE_BYTES, "%s/%s", kit->files, name);
}

/* Made in memory, for it is written whole. */
struct kit_text {
    FILE *file;
    char *bytes;
    size_t len;
};

static bool begin(struct kit_text *text, struct err *err)
{
    text->file = open_memstream(&text->bytes, &text->len);
    return text->file != NULL ||
           err_set(err, ERR_NOMEM, "no memory for a file of the kit");
}

static bool end(struct kit_text *text, const struct kit *kit, const char *name,
        struct err *err)
{
    char path[KIT_FILE_BYTES];
    kit_file(kit, name, path);
    bool printed = ferror(text->file) == 0;
    bool whole = fclose(text->file) == 0 && printed;
    bool ok = whole &&
              file_write(path, (struct span){(const uint8_t *)text->bytes, text->len});
    if (!ok)
        err_set(err, whole ? ERR_IO : ERR_NOMEM, "%.120s: %s", path, strerror(errno));
    free(text->bytes);
    return ok;
}

/* Walk the words of a column: "a b c". */
static const char *next_word(const char *at, char *word, size_t cap)
{
    size_t len = strcspn(at, " ");
    snprintf(word, cap, "%.*s", (int)len, at);
    return at + len + strspn(at + len, " ");
}

/* "a b c" as "a,b,c" */
static void put_joined(FILE *file, const char *words)
{
    for (; *words != '\0'; words++)
        fputc(*words == ' ' ? ',' : *words, file);
}

/* As they stand in settings. */
static void put_timers(FILE *file, const struct kit *kit)
{
    char word[96];
    fprintf(file, "timers \"*\" {\n");
    const char *at = column(VOCAB_KIT, kit->wish->kit, "timers");
    while (*at != '\0') {
        at = next_word(at, word, sizeof word);
        char *value = strchr(word, '=');
        if (value == NULL)
            continue;
        *value++ = '\0';
        fprintf(file, "    %s = %s\n", word, value);
    }
    fprintf(file, "}\n");
}

/* The settings that say only this. */
static bool read_timers(const struct kit *kit, struct broker_conf *conf,
        struct err *err)
{
    struct kit_text text;
    if (!begin(&text, err))
        return false;
    put_timers(text.file, kit);
    bool ok = fclose(text.file) == 0 ||
              err_set(err, ERR_NOMEM, "no memory for the limits of the kit");
    ok = ok && conf_parse((struct span){(const uint8_t *)text.bytes, text.len},
                       "the limits of the kit", BROKER_KEYS, N_BROKER_KEYS, conf, err);
    free(text.bytes);
    return ok;
}

bool kit_timers(const struct kit *kit, struct err *err)
{
    struct home home;
    struct broker_conf conf, of_kit;
    if (!home_paths(kit->broker_home, ROLE_BROKER, &home, err) ||
            !conf_load(home.conf, BROKER_KEYS, N_BROKER_KEYS, &conf, err) ||
            !read_timers(kit, &of_kit, err))
        return false;
    memcpy(conf.timers, of_kit.timers, sizeof conf.timers);
    conf.n_timers = of_kit.n_timers;
    return conf_save(home.conf, BROKER_CONF_TITLE, BROKER_KEYS, N_BROKER_KEYS, &conf,
            err);
}

/* --- tables --- */

static bool put_areas(struct cli *cli, const struct kit *kit, struct err *err)
{
    struct kit_text text;
    if (!begin(&text, err))
        return false;
    FILE *file = text.file;
    fprintf(file, "%s\n", cli_words(cli, TEXT_KIT_AREAS_HEAD));
    fprintf(file, "nis\tnl\tfr\ten\tvalid_from\tvalid_until\n");
    for (size_t i = 0; i < kit->n_areas; i++) {
        uint16_t row = vocab_find(VOCAB_KIT_AREA, kit->areas[i]);
        /* Of one that no kit names, only the code is known. */
        bool known = row != 0;
        fprintf(file, "%s\t%s\t%s\t%s\t%s\t%s\n", kit->areas[i],
                known ? vocab_label(VOCAB_KIT_AREA, row, LANG_NL) : "",
                known ? vocab_label(VOCAB_KIT_AREA, row, LANG_FR) : "",
                known ? vocab_label(VOCAB_KIT_AREA, row, LANG_EN) : "",
                known ? column(VOCAB_KIT_AREA, row, "valid_from") : "open",
                known ? column(VOCAB_KIT_AREA, row, "valid_until") : "open");
    }
    return end(&text, kit, "areas.tsv", err);
}

static bool put_sectors(struct cli *cli, const struct kit *kit, struct err *err)
{
    struct kit_text text;
    if (!begin(&text, err))
        return false;
    FILE *file = text.file;
    fprintf(file, "%s\n", cli_words(cli, TEXT_KIT_SECTORS_HEAD));
    fprintf(file, "sector\tnis\tname\tvalid_from\tvalid_until\n");
    for (uint16_t row = 1; row <= vocab_count(VOCAB_KIT_SECTOR); row++) {
        /* The table says of which municipality it is. */
        const char *area = column(VOCAB_KIT_SECTOR, row, "area");
        if (has_area(kit, area))
            fprintf(file, "%s\t%s\t%s\t%s\t%s\n",
                    column(VOCAB_KIT_SECTOR, row, "sector"), area,
                    vocab_label(VOCAB_KIT_SECTOR, row, cli->lang),
                    column(VOCAB_KIT_SECTOR, row, "valid_from"),
                    column(VOCAB_KIT_SECTOR, row, "valid_until"));
    }
    return end(&text, kit, "sectors.tsv", err);
}

static bool put_partner_types(struct cli *cli, const struct kit *kit, struct err *err)
{
    char word[VOCAB_CODE_BYTES];
    struct kit_text text;
    if (!begin(&text, err))
        return false;
    FILE *file = text.file;
    fprintf(file, "%s\n", cli_words(cli, TEXT_KIT_PARTNERS_HEAD));
    const char *at = column(VOCAB_KIT, kit->wish->kit, "partner_types");
    while (*at != '\0') {
        at = next_word(at, word, sizeof word);
        fprintf(file, "%s\t%s\n", word,
                vocab_label(VOCAB_PARTNER_TYPE, vocab_find(VOCAB_PARTNER_TYPE, word),
                        cli->lang));
    }
    return end(&text, kit, "partner-types.tsv", err);
}

/* --- texts --- */

/* The same example in each language, for who explains it to people. */
static bool put_notice(struct cli *cli, const struct kit *kit, enum lang lang,
        struct err *err)
{
    static const char *const NAMES[N_LANGS] = {[LANG_NL] = "notice-nl.txt",
            [LANG_FR] = "notice-fr.txt",
            [LANG_EN] = "notice-en.txt"};
    static const enum text_id parts[] = {TEXT_KIT_NOTICE_1, TEXT_KIT_NOTICE_2,
            TEXT_KIT_NOTICE_3, TEXT_KIT_NOTICE_4};
    enum lang own = cli->lang;
    struct kit_text text;
    if (!begin(&text, err))
        return false;
    FILE *file = text.file;
    cli->lang = lang;
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        cli_paragraph(file, cli_format(cli, parts[i], kit->wish->network, NULL), 0);
        fputc('\n', file);
    }
    cli->lang = own;
    return end(&text, kit, NAMES[lang], err);
}

static void put_step(const struct cli *cli, FILE *file, enum text_id words)
{
    fprintf(file, "\n%s\n", cli_words(cli, words));
}

static void put_agreement(FILE *file, const struct kit *kit)
{
    uint16_t row = kit->wish->kit;
    fprintf(file, "    buurtbus --home NODE partnership propose PARTNER --purposes ");
    put_joined(file, column(VOCAB_KIT, row, "purposes"));
    fprintf(file, " --data ");
    put_joined(file, column(VOCAB_KIT, row, "data"));
    fprintf(file, "\n    buurtbus --home NODE partnership agree PARTNER\n");
}

static bool put_steps(struct cli *cli, const struct kit *kit, struct err *err)
{
    struct kit_text text;
    if (!begin(&text, err))
        return false;
    FILE *file = text.file;
    fprintf(file, "%s\n", cli_format(cli, TEXT_DONE_KIT, kit->wish->network, kit->dir));
    put_step(cli, file, TEXT_KIT_STEP_1);
    fprintf(file, "    buurtbus-broker --home %s\n", kit->broker_home);
    put_step(cli, file, TEXT_KIT_STEP_2);
    fprintf(file,
            "    buurtbus node init --home NODE --partner PARTNER --name \"...\" "
            "--type LDC --areas %s\n",
            kit->areas[0]);
    put_step(cli, file, TEXT_KIT_STEP_3);
    fprintf(file, "    buurtbus steward admit node.request --home %s\n",
            kit->steward_home);
    /* To a broker that has not loaded it the newcomer is a stranger. */
    put_step(cli, file, TEXT_KIT_STEP_4);
    fprintf(file, "    buurtbus broker load %s/network.bundle --home %s\n",
            kit->steward_home, kit->broker_home);
    put_step(cli, file, TEXT_KIT_STEP_5);
    fprintf(file,
            "    buurtbus node join network.bundle --home NODE --fingerprint "
            "%s\n    buurtbus-node --home NODE\n",
            kit->fingerprint);
    put_step(cli, file, TEXT_KIT_STEP_6);
    put_agreement(file, kit);
    put_step(cli, file, TEXT_KIT_STEP_7);
    put_step(cli, file, TEXT_KIT_STEP_8);
    fprintf(file, "    buurtbus steward areas %s/areas.tsv %s/sectors.tsv --home %s\n",
            kit->files, kit->files, kit->steward_home);
    return end(&text, kit, "first-steps.txt", err);
}

bool kit_files(struct cli *cli, const struct kit *kit, struct err *err)
{
    if (!folder_make(kit->files, 0750, err))
        return false;
    for (int lang = 0; lang < N_LANGS; lang++)
        if (!put_notice(cli, kit, (enum lang)lang, err))
            return false;
    return put_areas(cli, kit, err) && put_sectors(cli, kit, err) &&
           put_partner_types(cli, kit, err) && put_steps(cli, kit, err);
}
