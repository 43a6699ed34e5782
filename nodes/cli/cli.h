/* cli.h - the program `buurtbus`: one table of commands with their flags is the parser,
 * the usage text, the questions and the man page.
 *
 * A command is a row; its function takes what was parsed, fills the structs of
 * gateway.proto, sends, prints, and gives the exit status: 0 ok, 1 refused, 2 bad use,
 * 3 could not. */
#ifndef CLI_H
#define CLI_H

#include <stdio.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/home.h"
#include "core/wire_walk.h"
#include "gen/evidence.h"
#include "gen/gateway.h"
#include "gen/text_gen.h"

enum {
    CLI_FLAGS_MAX = 40,        /* of one command */
    CLI_LINE_BYTES = 8192 + 2, /* of an answer to a question */
    CLI_WORDS_BYTES = 2048,    /* of one sentence for people */
    CLI_ARENA_BYTES = 8 * 1024 * 1024,
    CLI_NAME_BYTES = 64, /* of a command, a flag's name */
    CLI_PAGE_MAX = 200,  /* lines of one list */

    EXIT_OK = 0,
    EXIT_REFUSED = 1,
    EXIT_USAGE = 2,
    EXIT_COULD_NOT = 3,
};

/* What a flag's value looks like. Lists (of every kind but SWITCH) are separated by
 * commas; whether it is one, how long it may be and which vocabulary it has is said by
 * the field that it fills. */
enum flag_kind {
    FLAG_TEXT,
    FLAG_PROSE,   /* sentences: also in a list it is one text, with its commas */
    FLAG_SWITCH,  /* no value */
    FLAG_PARTNER, /* ids_partner_ok */
    FLAG_NUMBER,
    FLAG_PAGE,     /* how many at most, 1 to CLI_PAGE_MAX */
    FLAG_DAY,      /* YYYY-MM-DD; into a field of milliseconds: the end of that day */
    FLAG_DATE,     /* YYYY-MM-DD, kept as text */
    FLAG_CODE,     /* a code of the field's vocabulary, or a name of its enum */
    FLAG_AREA,     /* NIS code */
    FLAG_PLACE,    /* that, or with a statistical sector */
    FLAG_LANGUAGE, /* BCP 47 */
    FLAG_FILE,
    FLAG_DIRECTORY,
    FLAG_ADDRESS, /* tcp://HOST:PORT to connect to */
    FLAG_LISTEN,  /* to listen at: also "*" as host, and 0 as port */
    N_FLAG_KINDS
};

enum flag_need {
    FLAG_OPTIONAL,
    FLAG_ASKED,    /* optional, but asked for when a person is being asked anyway */
    FLAG_REQUIRED, /* asked for, or refused when nobody can be asked */
};

/* One flag, or one argument by its place. */
struct flag {
    const char *name; /* "purposes" is --purposes; "CASE" has a place instead */
    enum flag_kind kind;
    enum flag_need need;
    enum text_id words; /* what it is; also the question */
    const struct wire_map
            *map;      /* the field that it fills; NULL: the command reads it */
    const char *field; /* without a map it only names issues: "case_number|msg_id" */
};

/* Whose home and socket a command is about. */
enum command_home {
    COMMAND_NO_HOME,
    COMMAND_NODE,
    COMMAND_EITHER, /* a node, or the broker when the home is a broker's */
    COMMAND_BROKER,
    COMMAND_STEWARD,
};

struct cli;
struct json_t; /* jansson.h */
struct command {
    const char *name; /* "consent give" */
    enum text_id words;
    enum command_home home;
    const struct flag *flags;
    size_t n_flags;
    int (*run)(struct cli *cli);
};

/* What was given for a flag. */
struct value {
    bool given;
    size_t n;          /* values at `at` */
    const void *at;    /* as wire_value; text for a flag without a field */
    const char *words; /* as it was typed */
};

struct cli {
    FILE *in, *out, *err;
    bool terminal; /* a person sits at in and out */
    enum lang lang;
    bool json;
    bool yes;
    const char *home;
    const char *actor;
    const char *idempotency_key;
    char made_key[ID_TEXT_BYTES]; /* of the question, when nobody named one */
    int64_t now_ms;
    const struct command *command;
    struct value values[CLI_FLAGS_MAX]; /* by the index of the command's flag */
    bool asked;                         /* a question was asked */
    struct arena arena;
};

/* --- cli_commands.c --- */
extern const struct flag GLOBAL_FLAGS[];
extern const size_t N_GLOBAL_FLAGS;
/* Walk all commands in the order of the help and the man page, those of one subject
 * (its heading; may be NULL) together; NULL past the last. */
const struct command *cli_command_at(size_t index, enum text_id *subject);
/* The command that these words begin with, and how many words its name has; NULL. */
const struct command *cli_command_find(const char *const *words, size_t n_words,
        size_t *n_used);
/* The whole program. */
int cli_main(struct cli *cli, int argc, const char *const *argv);

/* --- cli_parse.c --- */
/* Read the words behind the command's name into cli->values, and the global ones. False
 * after one sentence that names the argument. */
MUST_USE bool cli_parse(struct cli *cli, int argc, const char *const *argv);
/* Turn typed words into values for a flag; *problem is the sentence. */
MUST_USE bool cli_convert(struct cli *cli, const struct flag *flag, const char *words,
        struct value *value, const char **problem);
/* "a, b, c" of what a CODE may be; "" when it is no list to be shown in a sentence. */
const char *cli_choices(struct cli *cli, const struct wire_field *field);
/* What may be chosen, by its place, 0..; false past the last. */
bool cli_choice_at(const struct wire_field *field, size_t index,
        char name[WIRE_NAME_BYTES]);
/* The field that a flag fills; false for a flag without one. */
MUST_USE bool cli_field(const struct flag *flag, struct wire_field *field);
bool cli_is_place(const struct flag *flag);
/* "CASE", "--to" */
void cli_flag_text(const struct flag *flag, char text[CLI_NAME_BYTES]);

/* What was given for the flag of that name; for flags without a field. */
const struct value *cli_value(const struct cli *cli, const char *name);
bool cli_given(const struct cli *cli, const char *name);
const char *cli_text(const struct cli *cli, const char *name); /* NULL: not given */

/* --- cli_form.c --- */
/* Where the values of flags go. */
struct form {
    const struct wire_map *map;
    void *at;
};
/* Put everything given into the structs; ask for what is missing, or refuse. False
 * after a sentence (exit 2). */
MUST_USE bool cli_fill(struct cli *cli, const struct form *forms, size_t n_forms);
/* Require one of the command's flags after all; for what depends on others. */
MUST_USE bool cli_require(struct cli *cli, const struct form *forms, size_t n_forms,
        const char *name);
/* yes or no; true without asking when there is nobody to ask or --yes was given. */
bool cli_confirm(struct cli *cli, enum text_id question, const char *a);

/* --- cli_ask.c --- */
/* One line without its end; false at the end of the input. */
MUST_USE bool cli_read_line(struct cli *cli, char *line, size_t cap);
/* Ask for a flag until its value is allowed; empty leaves an ASKED one out. */
MUST_USE bool cli_ask(struct cli *cli, const struct flag *flag, struct value *value);
/* From the file (0600) named by --passphrase-file, or asked without echo. Wipe it after
 * use. twice: a new one is typed twice. Gives the exit status. */
enum { CLI_PASSPHRASE_BYTES = 201 };
int cli_passphrase(struct cli *cli, bool twice, char passphrase[CLI_PASSPHRASE_BYTES]);
/* Compare a fingerprint: with --fingerprint, or by asking; 0 when it is right. */
int cli_compare(struct cli *cli, const char *fingerprint, const char *whose);

/* Of cli_convert.c: the argument CASE, which is the number of a case or of a letter;
 * false: it is neither. What is not given stays as it was. */
bool cli_case_or_letter(const struct cli *cli, uint64_t *case_number,
        struct id *msg_id);

/* --- cli_say.c --- */
/* The sentence in the language asked. */
const char *cli_words(const struct cli *cli, enum text_id text);
/* The words for a name: ("state_", "requested") is the row state_requested; the name
 * itself when there is no such row. */
const char *cli_words_of(const struct cli *cli, const char *prefix, const char *name);
/* Why a candidate was passed over, by the code that said so. */
const char *cli_skip_words(const struct cli *cli, const char *code);
/* Did it reach nobody, and can still be asked again? Not of whom nobody may contact,
 * nor what is erased. */
bool cli_asks_again(const struct case_line *line);
/* The sentence of a refusal, with its code. */
const char *cli_refused_words(struct cli *cli, const char *code);
/* Fill {1} and {2}; returns out. */
const char *cli_fill_words(char *out, size_t cap, const char *sentence, const char *a,
        const char *b);
/* To the person: a line on out. Others may have written a and b: they are cleaned. */
void cli_say(const struct cli *cli, enum text_id text, const char *a, const char *b);
/* Before something of a crisis leaves for these partners: what Buurtbus is not, and
 * whom to call. Nothing for what is less urgent, or with --json. */
void cli_say_crisis(const struct cli *cli, uint16_t urgency, const char *to);
/* Of what was made: in which order candidates are asked, and which data left. */
void cli_say_made(struct cli *cli, const struct made *made, enum mode mode);
/* Who could help, the best first, and who cannot be asked now; NULL: nobody. */
void cli_show_candidates(struct cli *cli, const struct candidate_list *list);
/* Hand a case on, when the person agrees, and say what came of it. */
int cli_forward(struct cli *cli, struct forward_case *forward);
/* Bad use: one sentence on err (with --json on out); EXIT_USAGE. a and b may be NULL.
 */
int cli_usage_error(const struct cli *cli, const char *argument, enum text_id text,
        const char *a, const char *b);
/* It could not be done: the sentence of the code, the words of err, the code in
 * brackets; its exit status. */
/* The colon behind words of this language. */
const char *cli_colon(const struct cli *cli);
int cli_fail(const struct cli *cli, const struct err *err);
/* The same of a file that could not be read, of at most so many bytes. */
int cli_fail_file(const struct cli *cli, const char *path, size_t max,
        const struct err *err);
/* What a fault of the system (errno) means and what to do. */
const char *cli_system_words(const struct cli *cli, int fault);
/* An err repeats what the system said; that part in words of ours. Returns out, or the
 * words as they were. */
const char *cli_in_our_words(const struct cli *cli, const char *words, char *out,
        size_t cap);
/* There is no memory to show it in. */
int cli_no_room(const struct cli *cli);
/* The same with a sentence that was given; words may be "". */
int cli_fail_words(const struct cli *cli, const char *code, const char *sentence,
        const char *words);

/* --- cli_csv.c --- */
/* The mark without which some programs do not take a file for UTF-8. */
void cli_csv_begin(FILE *out);
/* One field of a line, the last of it or not: what a spreadsheet would take for a
 * formula is a text. */
void cli_csv_field(FILE *out, const char *cell, bool last);

/* --- cli_table.c --- */
enum {
    TABLE_COLUMNS_MAX = 10,
    TABLE_WIDTH = 100,
    TABLE_WIDTH_MIN = 60,
    TABLE_WIDTH_MAX = 160
};
/* Columns that a text takes on a terminal. */
size_t cli_width(const char *text);
/* Cells of a table with the heads (TEXT_NONE: none) in its first row, the others to be
 * filled; NULL: no room. */
const char **cli_cells(struct cli *cli, const enum text_id *heads, size_t n_columns,
        size_t n_rows);
/* The text as one line without anything that a terminal obeys, cut to fit; returns out.
 */
const char *cli_clean(char *out, size_t cap, const char *text);
/* The text up to end, without anything that a terminal obeys. */
void cli_put_plain(FILE *out, const char *text, const char *end);
/* Cells row after row; the first row is the head. Cells that do not fit are cut. */
void cli_table(const struct cli *cli, const char *const *cells, size_t n_rows,
        size_t n_columns);
/* The same; below each row stands its note in full, when it has one ("" or NULL: it has
 * none). */
void cli_table_notes(const struct cli *cli, const char *const *cells, size_t n_rows,
        size_t n_columns, const char *const *notes);
/* A label and its text, wrapped at TABLE_WIDTH; nothing when the text is empty. */
void cli_line(const struct cli *cli, enum text_id label, const char *words);
void cli_heading(const struct cli *cli, const char *words);
/* Wrapped text without a label, indented. */
void cli_paragraph(FILE *out, const char *words, size_t indent);
/* The same behind what stands on the line already, up to column `indent`. */
void cli_rest(FILE *out, const char *words, size_t indent);
/* "a, b, c" of labels or texts into the arena. */
const char *cli_labels(struct cli *cli, enum vocab vocab, const uint16_t *rows,
        size_t n);
const char *cli_joined(struct cli *cli, const char *const *texts, size_t n);
const char *cli_number(struct cli *cli, uint64_t number);
/* "21/11/2026 22:42", "" for 0. */
const char *cli_moment(struct cli *cli, uint64_t ms);
const char *cli_date(struct cli *cli, uint64_t ms); /* the same without the time */
const char *cli_day(struct cli *cli, uint32_t day);
/* A day that a message has as a text, YYYY-MM-DD; what is none is shown as it is. */
const char *cli_date_of(struct cli *cli, const char *iso);
/* A text with two holes, in the arena. */
const char *cli_format(struct cli *cli, enum text_id text, const char *a,
        const char *b);

/* --- cli_send.c --- */
/* --home, or where a home of this role lies unless said otherwise. */
const char *cli_home_path(const struct cli *cli, enum role role);
/* Does a program listen at the socket of this home? */
bool cli_listens(const struct home *home);
/* The home's paths, by --home and the command. False after a sentence. */
MUST_USE bool cli_home(const struct cli *cli, struct home *home);
/* Send to the program of the home. The reply lies in the arena; 0 when it says yes.
 * Everything else has been told to the person (or printed as JSON). With --json a yes
 * has been printed too. */
int cli_send(struct cli *cli, struct request *request, struct reply *reply);
/* The question of a command that lists something: filled (form NULL: it asks nothing)
 * and sent. False: nothing is left to show people, and the command ends with *status.
 */
MUST_USE bool cli_list(struct cli *cli, const struct form *form,
        struct request *request, struct reply *reply, int *status);
/* There is none; this is no failure. */
int cli_none(const struct cli *cli, enum text_id none);
/* The same, without a word for a yes. */
int cli_send_quiet(struct cli *cli, struct request *request, struct reply *reply);

/* --- cli_show.c --- */
void cli_show_case(struct cli *cli, const struct case_detail *detail);

/* What a referral is about, without a name. */
void cli_show_preview(struct cli *cli, const struct preview *preview);

/* --- cmd_visit.c --- */
/* Visits and other attempts as a table; its exit status. */
int cli_show_visits(struct cli *cli, const struct visit_line *lines, size_t n_lines);

/* --- cli_signal.c --- */
void cli_show_signal(struct cli *cli, const struct signal *signal);
/* Where it stands, what was tried, who it may be about; nothing for a referral. */
void cli_show_signal_life(struct cli *cli, const struct case_detail *detail);

/* --- cli_coordinate.c --- */
void cli_show_escalation(struct cli *cli, const struct escalation_line *line);
void cli_show_proposal(struct cli *cli, const struct case_detail *detail);
void cli_show_coordinators(struct cli *cli, const struct case_detail *detail);
/* Of cmd_coordinate.c: what else is to be known of it, in sentences; in the arena. */
const char *cli_escalation_notes(struct cli *cli, const struct escalation_line *line);

/* --- cli_found.c, cli_account.c: what a file of evidence proves --- */
/* For an auditor or a court: what holds and what does not. */
void cli_show_found(struct cli *cli, const struct findings *found);
/* For the person: who was given what, in plain words, staff by number. */
void cli_show_account(struct cli *cli, const struct findings *found);
/* The same, added to a list for cli_json_gathered (NULL: it is made); false when there
 * is no memory. */
MUST_USE bool cli_json_account(struct cli *cli, const struct findings *found,
        struct json_t **list);
/* The name that people call a partner of the file by; its id when there is none. */
const char *cli_found_name(const struct findings *found, const char *partner);
/* The names of whom a letter was for: an antenna with the partner that reads for it. */
const char *cli_found_reader(struct cli *cli, const struct findings *found,
        const struct found_letter *letter);

/* --- cmd_subscribe.c --- */
/* Whom a signal went to because they subscribed, and whom not, with why. */
void cli_show_shares(struct cli *cli, const struct made *made);

/* --- cli_receipt.c --- */
/* "21 november 2026", in the arena. */
const char *cli_long_day(struct cli *cli, int32_t day);
/* For the person in plain words, or for programs; its exit status. The receipt has its
 * line, and that its record. */
int cli_put_receipt(struct cli *cli, const struct consent_receipt *receipt,
        bool jsonld);
/* What an organisation calls itself. */
/* A language by its name, from its code; "nl-BE" is Dutch. */
const char *cli_language(struct cli *cli, const char *tag);
const char *cli_organisation(const struct consent_receipt *receipt,
        const char *partner);

/* --- json.c, json_receipt.c: the only door to jansson --- */
/* The reply as one line of JSON. False when there is no memory or nowhere to write. */
MUST_USE bool cli_json_reply(const struct cli *cli, const struct reply *reply);
/* The same of what a check of evidence has found. */
MUST_USE bool cli_json_findings(const struct cli *cli, const struct findings *found);
/* Findings of several cases as one line: added to a list, which the first call makes,
 * then printed as {"code":"","accounts":[...]}, which takes the list (NULL: none), or
 * dropped. The code is that of the first that does not hold. */
MUST_USE bool cli_json_gather(struct json_t **list, const struct findings *found);
MUST_USE bool cli_json_gathered(const struct cli *cli, struct json_t *list);
void cli_json_drop(struct json_t *list);
MUST_USE bool cli_json_refusal(const struct cli *cli, const char *code,
        const char *sentence);
/* Names and texts by turns, NULL at the end: {"fingerprint":"...","bundle":"..."} */
MUST_USE bool cli_json_texts(const struct cli *cli, const char *const *pairs);
/* A consent receipt as JSON-LD (docs/consent.md). */
MUST_USE bool cli_json_receipt(struct cli *cli, const struct consent_receipt *receipt);
/* Read a JSON object into a struct of this map; everything lies in the arena. err->msg
 * names the field. */
MUST_USE bool cli_json_read(struct cli *cli, const char *path,
        const struct wire_map *map, void *out, struct err *err);

/* --- cli_usage.c --- */
void cli_usage(const struct cli *cli, FILE *out);
void cli_usage_command(const struct cli *cli, const struct command *command, FILE *out);
/* page: NULL or "buurtbus", "broker", "node"; false when there is no such page. */
MUST_USE bool cli_man(const struct cli *cli, const char *page);

/* --- cmd_*.c: the commands, family by family --- */
struct family {
    const struct command *commands;
    size_t n;
};
extern const struct family STEWARD_FAMILY, HOME_FAMILY, BROKER_FAMILY, NODE_FAMILY,
        PARTNERSHIP_FAMILY, FLOWS_FAMILY, CONSENT_FAMILY, EXPLAIN_FAMILY, REFER_FAMILY,
        CASE_FAMILY, ACT_FAMILY, SIGNAL_FAMILY, DIRECTORY_FAMILY, PROOF_FAMILY,
        AUDIT_FAMILY, STATUS_FAMILY, HELP_FAMILY;
extern const struct family VISIT_FAMILY;
extern const struct family SIGNALS_FAMILY, FORWARD_FAMILY, COORDINATE_FAMILY;
extern const struct family ASK_FAMILY, ADVICE_FAMILY, ADVICE_SHOW_FAMILY,
        NETWORK_FAMILY, VOLUNTEERS_FAMILY, AREAS_FAMILY;
extern const struct family RECORD_FAMILY, RECEIPT_FAMILY, RIGHTS_FAMILY,
        RETENTION_FAMILY, SUPPLY_FAMILY, SUPPLY_SHOW_FAMILY, FIND_FAMILY, GAPS_FAMILY,
        REPORT_FAMILY, SUBSCRIBE_FAMILY, TOKEN_FAMILY, SANDBOX_FAMILY;

#endif
