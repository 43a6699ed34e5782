/* bench.c - how fast a durable, sealed, consent-checked letter goes, as one table: our
 * own figures and what the machine can do at all, in interleaved rounds.
 *
 *     bench BIN TSV  ROUNDS=n (5), BENCH_FOLDER=path (beside BIN; on the disk that is
 *                    measured), BENCH_BIG=1 (10^7 consents as well, some 8 GB),
 *                    BENCH_ONLY=register, proofs, crisis, reads or search (that part
 * alone)
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/hash.h"
#include "core/home.h"
#include "tests/bench/alone.h"
#include "tests/bench/lane.h"
#include "tests/bench/parts.h"
#include "tests/bench/proofs.h"
#include "tests/bench/reads.h"
#include "tests/bench/reference.h"
#include "tests/bench/register.h"
#include "tests/bench/sealed.h"
#include "tests/bench/search.h"
#include "tests/bench/whole.h"

enum {
    ROUNDS = 5,
    FOLDER_BYTES = 160,
    /* Behind the folder come the network's own name, a partner's and the socket's. */
    FOLDER_MAX = HOME_SOCKET_PATH_MAX - 40,
    LETTERS_MAX = 100000,
    PACED_RATE = 200, /* letters a second */
};
static const double FSYNC_SECONDS = 0.3, VERIFY_SECONDS = 0.15, ECHO_SECONDS = 0.3;
static const double WHOLE_SECONDS[WINDOWS] = {1.0, 1.5, 2.0};
static const double PACED_SECONDS = 2.5;

struct bench {
    struct stage stage;
    struct figures figures;
    char folder[FOLDER_BYTES];
    size_t frame_bytes; /* of a frame with one letter */
};

static void add(struct bench *bench, enum figure figure, double value)
{
    figures_add(&bench->figures, figure, value);
}

/* ------------------------------------------------------------- reference lines */

static void run_reference(struct bench *bench)
{
    add(bench, FIGURE_FSYNC, reference_fsync(bench->folder, FSYNC_SECONDS));
    add(bench, FIGURE_VERIFY, reference_verify(VERIFY_SECONDS));
    for (size_t i = 0; i < WINDOWS; i++) {
        double before_us = usage_cpu_us(0);
        double rate = reference_echo(bench->frame_bytes, WINDOW_OF[i], ECHO_SECONDS);
        double cpu_us = usage_cpu_us(0) - before_us;
        add(bench, (enum figure)(FIGURE_ECHO_1 + i), rate);
        /* A frame there and one back. */
        if (i == WINDOWS - 1)
            add(bench, FIGURE_PART_CURVE, cpu_us / (rate * ECHO_SECONDS * 2));
    }
}

/* ------------------------------------------------------------- whole path */

/* The three programs of the path, in the order of the figures. */
struct path_usage {
    struct usage of[3];
    double database[3];
};

static struct path_usage path_usage(struct bench *bench)
{
    struct fleet *fleet = &bench->stage.fleet;
    const char *const ids[] = {bench->stage.whole.sender, NETWORK_BROKER,
            bench->stage.whole.reader};
    struct path_usage usage;
    char path[FLEET_PATH_BYTES];

    for (size_t i = 0; i < COUNT_OF(ids); i++) {
        usage.of[i] = usage_of(fleet_program(fleet, ids[i])->pid);
        fleet_path(fleet, ids[i], i == 1 ? "broker.db" : "node.db", path);
        usage.database[i] = usage_database(path);
    }
    return usage;
}

static void add_usage(struct bench *bench, const struct path_usage *before,
        double client_us, double n)
{
    struct path_usage after = path_usage(bench);

    for (size_t i = 0; i < COUNT_OF(after.of); i++) {
        const struct usage *from = &before->of[i], *to = &after.of[i];
        add(bench, (enum figure)(FIGURE_WHOLE_CPU_SENDER + i),
                (to->cpu_us - from->cpu_us) / n);
        add(bench, (enum figure)(FIGURE_WHOLE_DISK_SENDER + i),
                (after.database[i] - before->database[i]) / n);
        if (from->written_bytes >= 0)
            add(bench, (enum figure)(FIGURE_WHOLE_WRITTEN_SENDER + i),
                    (to->written_bytes - from->written_bytes) / n);
        add(bench, (enum figure)(FIGURE_RSS_SENDER + i), to->rss_bytes / 1e6);
    }
    add(bench, FIGURE_WHOLE_CPU_CLIENT, client_us / n);
}

static void run_whole(struct bench *bench)
{
    for (size_t i = 0; i < WINDOWS; i++) {
        const struct whole_load load = {.window = WINDOW_OF[i],
                .seconds = WHOLE_SECONDS[i],
                .letters_max = LETTERS_MAX};
        struct path_usage before = path_usage(bench);
        double client_us = usage_cpu_us(0);
        struct whole_result result = whole_run(&bench->stage, &load);
        client_us = usage_cpu_us(0) - client_us;
        add(bench, (enum figure)(FIGURE_WHOLE_1 + i),
                (double)result.n_letters / result.seconds);
        add(bench, (enum figure)(FIGURE_WHOLE_P50_1 + i), result.p50_ms);
        add(bench, (enum figure)(FIGURE_WHOLE_P99_1 + i), result.p99_ms);
        if (i == WINDOWS - 1)
            add_usage(bench, &before, client_us, (double)result.n_letters);
    }
}

static void run_paced(struct bench *bench)
{
    const struct whole_load load = {.rate = PACED_RATE,
            .seconds = PACED_SECONDS,
            .letters_max = LETTERS_MAX};
    struct whole_result result = whole_run(&bench->stage, &load);

    add(bench, FIGURE_PACED_P50, result.p50_ms);
    add(bench, FIGURE_PACED_P99, result.p99_ms);
}

/* ------------------------------------------------------------- broker alone */

static void run_alone(struct bench *bench)
{
    struct alone_result results[WINDOWS];

    alone_run(&bench->stage, results);
    for (size_t i = 0; i < WINDOWS; i++) {
        const struct alone_result *result = &results[i];
        double n = (double)result->n_letters;
        add(bench, (enum figure)(FIGURE_ALONE_1 + i), n / result->seconds);
        add(bench, (enum figure)(FIGURE_ALONE_CONFIRM_1 + i), result->confirm_ms);
        add(bench, (enum figure)(FIGURE_ALONE_P50_1 + i), result->p50_ms);
        add(bench, (enum figure)(FIGURE_ALONE_P99_1 + i), result->p99_ms);
        if (i < WINDOWS - 1)
            continue;
        add(bench, FIGURE_ALONE_CPU_BROKER, result->cpu_broker_us / n);
        add(bench, FIGURE_ALONE_CPU_SENDER, result->cpu_sender_us / n);
        add(bench, FIGURE_ALONE_CPU_READER, result->cpu_reader_us / n);
        if (result->written_bytes > 0)
            add(bench, FIGURE_ALONE_WRITTEN_BROKER, result->written_bytes / n);
    }
}

/* ------------------------------------------------------------- start and end */

/* A folder on the disk of the programs; a socket's path is short, so that a build far
 * down in a tree is measured in the system's folder for files that stay. */
static void make_folder(struct bench *bench, const char *bin)
{
    const char *asked = getenv("BENCH_FOLDER");
    char real[FLEET_PATH_BYTES] = "";
    const char *path = realpath(bin, NULL);

    network_must(path != NULL && strlen(path) < sizeof real - 10, bin, NULL);
    snprintf(real, sizeof real, "%s/../tests", path);
    if (asked == NULL && strlen(real) > FOLDER_MAX)
        asked = "/var/tmp";
    snprintf(bench->folder, sizeof bench->folder, "%s/bench-XXXXXX",
            asked != NULL ? asked : real);
    network_must(mkdtemp(bench->folder) != NULL, bench->folder, NULL);
}

static long rounds(void)
{
    const char *text = getenv("ROUNDS");
    long n = text != NULL ? strtol(text, NULL, 10) : ROUNDS;

    return n < 1 ? 1 : n > ROUNDS_MAX ? ROUNDS_MAX : n;
}

static void say_what(const struct bench *bench, long n_rounds)
{
    double load;

    printf("%ld rounds, %ld processors, %zu bytes of text, a frame of %zu bytes, %s\n",
            n_rounds, sysconf(_SC_NPROCESSORS_ONLN), strlen(bench->stage.text),
            bench->frame_bytes, bench->folder);
    printf("a window is of letters whose recipient has not yet signed for them\n");
    /* All of it is slower when others want the processors too: let that be seen. */
    if (getloadavg(&load, 1) == 1)
        printf("load of the machine before the first round: %.1f\n", load);
}

/* Once, for they take their time: the same store grows from size to size. */
static void run_large(struct bench *bench, const char *bin, const char *only)
{
    bool big = getenv("BENCH_BIG") != NULL;

    if (only == NULL || strcmp(only, "register") == 0)
        register_measure(bench->folder, big, &bench->figures);
    if (only == NULL || strcmp(only, "crisis") == 0)
        lane_measure(bin, bench->folder, &bench->figures);
    if (only == NULL || strcmp(only, "proofs") == 0)
        proofs_measure(bench->folder, big, &bench->figures);
    if (only == NULL || strcmp(only, "reads") == 0)
        reads_measure(bin, bench->folder, &bench->figures);
    if (only == NULL || strcmp(only, "search") == 0)
        search_measure(&bench->figures);
}

/* Interleaved, so that whatever else the machine does is in all of them. */
static void run_rounds(struct bench *bench, const char *bin)
{
    long n_rounds = rounds();

    stage_open(&bench->stage, bin, bench->folder);
    bench->frame_bytes = sealed_frame_bytes(&bench->stage);
    say_what(bench, n_rounds);
    for (long round = 0; round < n_rounds; round++) {
        run_reference(bench);
        run_whole(bench);
        run_alone(bench);
        run_paced(bench);
        parts_measure(&bench->stage, bench->folder, &bench->figures);
        fprintf(stderr, "round %ld of %ld\n", round + 1, n_rounds);
    }
    stage_close(&bench->stage);
}

int main(int argc, char **argv)
{
    static struct bench bench;
    const char *only = getenv("BENCH_ONLY");
    struct err err = {.code = CODE_OK};

    if (argc < 3) {
        fprintf(stderr, "usage: %s BIN TSV\n", argv[0]);
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    make_folder(&bench, argv[1]);
    network_must(hash_start(&err), "start", &err);
    if (only == NULL)
        run_rounds(&bench, argv[1]);
    run_large(&bench, argv[1], only);
    figures_print(&bench.figures);
    bool written = figures_write(&bench.figures, argv[2]);
    if (!written)
        fprintf(stderr, "cannot write %s\n", argv[2]);
    rmdir(bench.folder);
    return written ? 0 : 1;
}
