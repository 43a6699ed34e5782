/* fuzz_cli.c - the command line between a person and a program: any words, any answers
 * to its questions, any reply. It ends with a status that it may have, prints nothing
 * that a terminal would obey, and with --json one line of JSON.
 *
 * The program at the other end of the socket is this file: a second body of
 * adapters/gate.h that replies what the input says. Only commands that write nothing
 * outside of such a program are run.
 *
 * An input: how it is called, which command, and lengths of words (one a line) and
 * answers; then both, and a packed Reply. */
#include <jansson.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "adapters/gate.h"
#include "core/ids.h"
#include "core/wire.h"
#include "nodes/cli/cli.h"
#include "tests/fuzz.h"
#include "tests/mutate.h"
#include "tests/temp.h"

enum { HEAD_BYTES = 4, WORDS_MAX = 24, TEXT_MAX = 255, COMMANDS_MAX = 256 };

int LLVMFuzzerInitialize(int *argc, char ***argv);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
        unsigned seed);

static struct temp temp;
static char json_path[TEMP_PATH_BYTES];
static const struct command *commands[COMMANDS_MAX];
static size_t n_commands;
static struct span replied;

/* ---- the other end ---- */

struct gate *gate_new(const char *path, struct err *err)
{
    (void)path;
    (void)err;
    return (struct gate *)&temp;
}

void gate_free(struct gate *gate)
{
    (void)gate;
}

bool gate_ask(struct gate *gate, const struct request *request, int64_t wait_ms,
        struct arena *arena, struct reply *reply, struct err *err)
{
    struct request asked = *request;
    struct span bytes;
    (void)gate;
    (void)wait_ms;
    asked.v = 1;
    asked.request_id = (struct id){{1}};
    if (!wire_put_arena(&WIRE_REQUEST, &asked, arena, &bytes, err))
        return err_wrap(err, "this request cannot be sent");
    if (!wire_get(&WIRE_REPLY, replied, arena, reply, err))
        return err_set(err, ERR_AWAY, "no reply");
    /* It would be waited for. */
    if (strcmp(reply->code, "E_PENDING") == 0)
        reply->code = "E_CONFLICT";
    return true;
}

static void forget(void)
{
    temp_done(&temp);
}

/* A home with a token, and a socket that is there but is never used. */
static void make_home(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char path[TEMP_PATH_BYTES];
    temp_init(&temp);
    must(atexit(forget) == 0);
    temp_path(&temp, "run", path);
    must(mkdir(path, 0750) == 0);
    static const char *const SOCKETS[] = {"run/node.sock", "run/broker.sock"};
    static const char *const REQUESTS[] = {"node.request", "broker.request"};
    for (size_t i = 0; i < COUNT_OF(REQUESTS); i++) {
        temp_path(&temp, REQUESTS[i], path);
        temp_write(path, "", 0);
    }
    for (size_t i = 0; i < COUNT_OF(SOCKETS); i++) {
        temp_path(&temp, SOCKETS[i], path);
        must(strlen(path) < sizeof address.sun_path);
        memcpy(address.sun_path, path, strlen(path) + 1);
        int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
        must(bind(fd, (const struct sockaddr *)&address, sizeof address) == 0);
    }
    temp_path(&temp, "cli.token", path);
    char token[KEYS_TOKEN_TEXT_BYTES];
    memset(token, 'a', sizeof token - 1);
    temp_write(path, token, sizeof token - 1);
    must(chmod(path, 0600) == 0);
    temp_path(&temp, "draft.json", json_path);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const struct command *command;
    (void)argc;
    (void)argv;
    fuzz_start();
    make_home();
    for (size_t i = 0; (command = cli_command_at(i, NULL)) != NULL; i++) {
        bool asks = command->home == COMMAND_NODE || command->home == COMMAND_BROKER;
        if (asks || strcmp(command->name, "vocab") == 0 ||
                strcmp(command->name, "help") == 0) {
            must(n_commands < COMMANDS_MAX);
            commands[n_commands++] = command;
        }
    }
    must(n_commands > 0);
    return 0;
}

/* ---- one run ---- */

struct run {
    bool json, terminal;
    enum lang lang;
    const struct command *command;
    char words[TEXT_MAX + 1], answers[TEXT_MAX + 1];
    char *out, *err;
    size_t out_len, err_len;
    int status;
};

/* Lines of words, and before them what this run is. */
static int make_argv(struct run *run, char *name, const char **argv)
{
    int n = 0;
    argv[n++] = "buurtbus";
    argv[n++] = "--home";
    argv[n++] = temp.folder;
    if (run->json)
        argv[n++] = "--json";
    strcpy(name, run->command->name);
    for (char *rest = name, *word; (word = strsep(&rest, " ")) != NULL;)
        argv[n++] = word;
    for (char *rest = run->words, *word;
            n < WORDS_MAX && (word = strsep(&rest, "\n")) != NULL;) {
        /* Nowhere else than here. */
        if (strncmp(word, "--home", 6) != 0)
            argv[n++] = strcmp(word, "draft.json") == 0 ? json_path : word;
    }
    return n;
}

static void go(struct run *run)
{
    char name[CLI_NAME_BYTES];
    const char *argv[WORDS_MAX + 8];
    static char nobody[] = "\n";
    int argc = make_argv(run, name, argv);
    char *typed = run->answers[0] != '\0' ? run->answers : nobody;
    struct cli cli = {
            .in = fmemopen(typed, strlen(typed), "r"),
            .out = open_memstream(&run->out, &run->out_len),
            .err = open_memstream(&run->err, &run->err_len),
            .terminal = run->terminal,
            .lang = run->lang,
            .actor = "tester",
            .now_ms = INT64_C(1790000000000),
    };
    must(cli.in != NULL && cli.out != NULL && cli.err != NULL);
    run->status = cli_main(&cli, argc, argv);
    fclose(cli.in);
    fclose(cli.out);
    fclose(cli.err);
}

/* Lines, and in them nothing that a terminal would obey. */
static void must_be_plain(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        bool ends_line = c == '\n' || (c == '\r' && i + 1 < len && text[i + 1] == '\n');
        must((c >= ' ' && c != 0x7F) || ends_line);
        /* U+0080 to U+009F */
        must(c != 0xC2 || i + 1 == len || (unsigned char)text[i + 1] >= 0xA0);
    }
}

static void must_be_one_json(const struct run *run)
{
    json_error_t fault;
    char *end = strchr(run->out, '\n');
    must(end != NULL && end[1] == '\0');
    json_t *object = json_loads(run->out, JSON_REJECT_DUPLICATES, &fault);
    must(json_is_object(object));
    must(json_object_get(object, "code") != NULL);
    json_decref(object);
}

static void check(const struct run *run)
{
    must(run->status >= EXIT_OK && run->status <= EXIT_COULD_NOT);
    must_be_plain(run->err, run->err_len);
    bool asks = run->command->home != COMMAND_NO_HOME;
    if (!run->json)
        must_be_plain(run->out, run->out_len);
    else if (asks && strstr(run->words, "--help") == NULL &&
             strstr(run->words, "--version") == NULL)
        must_be_one_json(run);
    must(run->status == EXIT_OK || run->out_len > 0 || run->err_len > 0);
}

static void take_text(struct span *input, size_t len, char text[TEXT_MAX + 1])
{
    struct span bytes = fuzz_take(input, len);
    memcpy(text, bytes.at, bytes.len);
    text[bytes.len] = '\0';
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span input = {data, size};
    struct run run = {.out = NULL};
    if (size < HEAD_BYTES)
        return 0;
    uint8_t how = fuzz_byte(&input);
    run.json = (how & 1) != 0;
    run.terminal = (how & 2) != 0;
    run.lang = (enum lang)(how / 4 % 3);
    run.command = commands[fuzz_byte(&input) % n_commands];
    size_t n_words = fuzz_byte(&input), n_answers = fuzz_byte(&input);
    take_text(&input, n_words, run.words);
    take_text(&input, n_answers, run.answers);
    replied = input;
    /* The draft of a referral, when it is asked for, is the rest too. */
    temp_write(json_path, input.at, input.len);
    go(&run);
    check(&run);
    free(run.out);
    free(run.err);
    return 0;
}

/* ---- mutation ---- */

static uint32_t next(unsigned *seed, uint32_t limit)
{
    *seed = *seed * 1103515245u + 12345u;
    return (*seed >> 8) % limit;
}

/* Something that this flag may be, most of the time. */
static void put_value(const struct flag *flag, unsigned *seed, char *out, size_t cap)
{
    static const char *const VALUES[] = {"1", "7", "0", "house-a", "aksant",
            "2026-06-15", "21004", "nl", "draft.json", "tcp://h:1", "/nowhere", "a b",
            "own", ""};
    struct wire_field field;
    char name[WIRE_NAME_BYTES];
    if (flag->kind != FLAG_CODE || !cli_field(flag, &field) || next(seed, 8) == 0) {
        snprintf(out, cap, "%s", VALUES[next(seed, COUNT_OF(VALUES))]);
        return;
    }
    if (field.kind == WALK_VOCAB)
        snprintf(out, cap, "%s",
                vocab_code(field.vocab,
                        (uint16_t)(field.first +
                                   next(seed, field.last + 1U - field.first))));
    else if (wire_enum_at(&field, 1 + next(seed, 6), name))
        snprintf(out, cap, "%s", name);
}

static size_t make_words(const struct command *command, unsigned seed, char *out)
{
    size_t len = 0;
    out[0] = '\0';
    for (size_t i = 0; i < command->n_flags; i++) {
        const struct flag *flag = &command->flags[i];
        char value[CLI_NAME_BYTES] = "", name[CLI_NAME_BYTES], line[2 * CLI_NAME_BYTES];
        if (next(&seed, flag->need == FLAG_REQUIRED ? 12 : 3) == 0)
            continue;
        put_value(flag, &seed, value, sizeof value);
        cli_flag_text(flag, name);
        if (cli_is_place(flag))
            snprintf(line, sizeof line, "%s", value);
        else
            snprintf(line, sizeof line, "%s%s%s", name,
                    flag->kind == FLAG_SWITCH ? "" : "=",
                    flag->kind == FLAG_SWITCH ? "" : value);
        if (len + strlen(line) + 1 > TEXT_MAX)
            break;
        len += (size_t)sprintf(out + len, "%s%s", len == 0 ? "" : "\n", line);
    }
    return len;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
        unsigned seed)
{
    size_t LLVMFuzzerMutate(uint8_t * bytes, size_t len, size_t cap);
    enum { WHAT_WORDS, WHAT_REPLY = 5, WHAT_ANY = 9, N_WHAT = 10 };
    char words[TEXT_MAX + 1];
    uint8_t head[HEAD_BYTES] = {0};
    unsigned what = seed % N_WHAT;
    if (max_size < HEAD_BYTES + 3 * TEXT_MAX)
        return size;
    if (what >= WHAT_ANY && size > HEAD_BYTES)
        return LLVMFuzzerMutate(data, size, max_size);
    if (size >= HEAD_BYTES)
        memcpy(head, data, HEAD_BYTES);
    size_t body = size < HEAD_BYTES ? 0 : size - HEAD_BYTES;
    size_t texts = (size_t)head[2] + head[3];
    if (texts > body || size < HEAD_BYTES) {
        head[2] = head[3] = 0;
        texts = 0;
    }
    uint8_t *reply = data + HEAD_BYTES + texts;
    size_t len = body - texts;
    if (what >= WHAT_REPLY) {
        memcpy(data, head, HEAD_BYTES);
        return HEAD_BYTES + texts +
               mutate_message(&WIRE_REPLY, reply, len, max_size - HEAD_BYTES - texts,
                       seed);
    }
    /* Other words, perhaps of another command; the answers go. */
    if (seed / 8 % 2 == 0)
        head[1] = (uint8_t)(seed >> 12);
    head[0] = (uint8_t)(seed >> 20);
    if (seed / 4096 % 4 == 0)
        len = mutate_message(&WIRE_REPLY, reply, len,
                max_size - HEAD_BYTES - texts - TEXT_MAX, seed);
    size_t n = make_words(commands[head[1] % n_commands], seed / 16, words);
    if (HEAD_BYTES + n + len > max_size)
        len = 0;
    memmove(data + HEAD_BYTES + n, reply, len);
    memcpy(data + HEAD_BYTES, words, n);
    head[2] = (uint8_t)n;
    head[3] = 0;
    memcpy(data, head, HEAD_BYTES);
    return HEAD_BYTES + n + len;
}
