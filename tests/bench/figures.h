/* figures.h - what was measured, round by round: medians, spreads and ratios, as one
 * table for people and one line each for machines. */
#ifndef FIGURES_H
#define FIGURES_H

#include <stdbool.h>
#include <stddef.h>

enum { ROUNDS_MAX = 50, WINDOWS = 3 };

extern const size_t WINDOW_OF[WINDOWS]; /* letters under way: 1, 100, 1000 */

/* name, unit, words. A figure that ends in _1 has its two neighbours of the other
 * windows behind it. */
#define FIGURES(X)                                                                     \
    X(FSYNC, "/s", "fdatasync after 4 KiB, in the folder of the databases")            \
    X(VERIFY, "/s", "Ed25519 verifications, one core")                                 \
    X(ECHO_1, "/s", "CURVE echo of a letter's frame, window 1")                        \
    X(ECHO_100, "/s", "CURVE echo, window 100")                                        \
    X(ECHO_1000, "/s", "CURVE echo, window 1000")                                      \
    X(WHOLE_1, "/s", "letters, window 1")                                              \
    X(WHOLE_100, "/s", "letters, window 100")                                          \
    X(WHOLE_1000, "/s", "letters, window 1000")                                        \
    X(WHOLE_P50_1, "ms", "submit to receipt p50, window 1")                            \
    X(WHOLE_P50_100, "ms", "submit to receipt p50, window 100")                        \
    X(WHOLE_P50_1000, "ms", "submit to receipt p50, window 1000")                      \
    X(WHOLE_P99_1, "ms", "submit to receipt p99, window 1")                            \
    X(WHOLE_P99_100, "ms", "submit to receipt p99, window 100")                        \
    X(WHOLE_P99_1000, "ms", "submit to receipt p99, window 1000")                      \
    X(PACED_P50, "ms", "submit to receipt p50, 200 letters/s")                         \
    X(PACED_P99, "ms", "submit to receipt p99, 200 letters/s")                         \
    X(WHOLE_CPU_SENDER, "us", "CPU of the publisher's node a letter, window 1000")     \
    X(WHOLE_CPU_BROKER, "us", "CPU of the broker a letter, window 1000")               \
    X(WHOLE_CPU_READER, "us", "CPU of the recipient's node a letter, window 1000")     \
    X(WHOLE_CPU_CLIENT, "us", "CPU of this client of the gateway a letter")            \
    X(WHOLE_DISK_SENDER, "B", "kept by the publisher's node a letter")                 \
    X(WHOLE_DISK_BROKER, "B", "kept by the broker a letter")                           \
    X(WHOLE_DISK_READER, "B", "kept by the recipient's node a letter")                 \
    X(WHOLE_WRITTEN_SENDER, "B", "written by the publisher's node a letter")           \
    X(WHOLE_WRITTEN_BROKER, "B", "written by the broker a letter")                     \
    X(WHOLE_WRITTEN_READER, "B", "written by the recipient's node a letter")           \
    X(RSS_SENDER, "MB", "resident memory of the publisher's node")                     \
    X(RSS_BROKER, "MB", "resident memory of the broker")                               \
    X(RSS_READER, "MB", "resident memory of the recipient's node")                     \
    X(ALONE_1, "/s", "letters, window 1")                                              \
    X(ALONE_100, "/s", "letters, window 100")                                          \
    X(ALONE_1000, "/s", "letters, window 1000")                                        \
    X(ALONE_CONFIRM_1, "ms", "submit to the broker's answer p50, window 1")            \
    X(ALONE_CONFIRM_100, "ms", "submit to the broker's answer p50, window 100")        \
    X(ALONE_CONFIRM_1000, "ms", "submit to the broker's answer p50, window 1000")      \
    X(ALONE_P50_1, "ms", "submit to receipt p50, window 1")                            \
    X(ALONE_P50_100, "ms", "submit to receipt p50, window 100")                        \
    X(ALONE_P50_1000, "ms", "submit to receipt p50, window 1000")                      \
    X(ALONE_P99_1, "ms", "submit to receipt p99, window 1")                            \
    X(ALONE_P99_100, "ms", "submit to receipt p99, window 100")                        \
    X(ALONE_P99_1000, "ms", "submit to receipt p99, window 1000")                      \
    X(ALONE_CPU_BROKER, "us", "CPU of the broker a letter, window 1000")               \
    X(ALONE_CPU_SENDER, "us", "CPU of the scripted publisher a letter")                \
    X(ALONE_CPU_READER, "us", "CPU of the scripted recipient a letter")                \
    X(ALONE_WRITTEN_BROKER, "B", "written by the broker a letter, window 1000")        \
    X(PART_WIRE_PUT, "us", "pack core, body, letter and frame")                        \
    X(PART_WIRE_GET, "us", "check and read frame, letter, body and core")              \
    X(PART_SHA256, "us", "SHA-256 of what is sealed")                                  \
    X(PART_SIGN_1, "us", "sign, 1 to a signature, a thing")                            \
    X(PART_SIGN_16, "us", "sign, 16 to a signature, a thing")                          \
    X(PART_SIGN_256, "us", "sign, 256 to a signature, a thing")                        \
    X(PART_VERIFY, "us", "verify one signature")                                       \
    X(PART_VERIFY_AGAIN, "us", "verify a thing under a root seen before")              \
    X(PART_SEAL, "us", "seal")                                                         \
    X(PART_OPEN, "us", "open")                                                         \
    X(PART_CONSENT, "us", "decide on the consent")                                     \
    X(PART_INSERT, "us", "write a letter as a row, 64 to a commit")                    \
    X(PART_CURVE, "us", "CPU of CURVE and TCP a frame, both ends")                     \
    X(CRISIS_P50, "ms", "a crisis to its reader p50, 50,000 routine letters waiting")  \
    X(CRISIS_P99, "ms", "a crisis to its reader p99, 50,000 routine letters waiting")  \
    X(REGISTER_10K, "us", "one of 10^4 consents found, read, decided, p50")            \
    X(REGISTER_100K, "us", "one of 10^5 consents, p50")                                \
    X(REGISTER_1M, "us", "one of 10^6 consents, p50")                                  \
    X(REGISTER_10M, "us", "one of 10^7 consents, p50")                                 \
    X(REGISTER_P99_10K, "us", "one of 10^4 consents, p99")                             \
    X(REGISTER_P99_100K, "us", "one of 10^5 consents, p99")                            \
    X(REGISTER_P99_1M, "us", "one of 10^6 consents, p99")                              \
    X(REGISTER_P99_10M, "us", "one of 10^7 consents, p99")                             \
    X(REGISTER_PAGES_10K, "", "pages asked from the system a decision, 10^4 consents") \
    X(REGISTER_PAGES_100K, "", "the same, 10^5 consents")                              \
    X(REGISTER_PAGES_1M, "", "the same, 10^6 consents")                                \
    X(REGISTER_PAGES_10M, "", "the same, 10^7 consents")                               \
    X(REGISTER_WARM_10K, "us", "one of 10^4 consents, all pages in memory, p50")       \
    X(REGISTER_WARM_100K, "us", "one of 10^5 consents, all pages in memory, p50")      \
    X(REGISTER_WARM_1M, "us", "one of 10^6 consents, all pages in memory, p50")        \
    X(REGISTER_WARM_10M, "us", "one of 10^7 consents, all pages in memory, p50")       \
    X(PROOF_10K, "ms", "first proof in a log of 10^4 leaves, p50")                     \
    X(PROOF_100K, "ms", "first proof among 10^5 leaves, p50")                          \
    X(PROOF_1M, "ms", "first proof among 10^6 leaves, p50")                            \
    X(PROOF_10M, "ms", "first proof among 10^7 leaves, p50")                           \
    X(PROOF_P99_10K, "ms", "first proof among 10^4 leaves, p99")                       \
    X(PROOF_P99_100K, "ms", "first proof among 10^5 leaves, p99")                      \
    X(PROOF_P99_1M, "ms", "first proof among 10^6 leaves, p99")                        \
    X(PROOF_P99_10M, "ms", "first proof among 10^7 leaves, p99")                       \
    X(SEARCH, "ms", "CPU of a search among 10,000 services, p50")                      \
    X(SEARCH_P99, "ms", "the same, p99")                                               \
    X(READ, "/s", "simple reads over HTTP, 16 clients")                                \
    X(READ_CPU, "us", "CPU of the API for each")                                       \
    X(READ_CPU_NODE, "us", "CPU of the node for each")                                 \
    X(READ_CASE, "/s", "a referral read over HTTP, with the note of who opened it")    \
    X(READ_CASE_CPU, "us", "CPU of the API for each")                                  \
    X(READ_CASE_CPU_NODE, "us", "CPU of the node for each")                            \
    X(ASK_CALM_P99, "ms", "a referral asked of the node by others p99")                \
    X(ASK_FLOOD_P99, "ms", "the same while the API is flooded")                        \
    X(LISTENERS, "MB", "memory of the API for 300 that follow events")

enum figure {
#define X(name, unit, words) FIGURE_##name,
    FIGURES(X)
#undef X
            N_FIGURES,
};

struct figures {
    double samples[N_FIGURES][ROUNDS_MAX];
    size_t n[N_FIGURES];
};

/* One more sample; a figure of a ratio needs one from each round. */
void figures_add(struct figures *figures, enum figure figure, double value);

double figures_median(const struct figures *figures, enum figure figure);

/* The table, and the same as lines of tab-separated values; false when the file cannot
 * be written. */
void figures_print(const struct figures *figures);
bool figures_write(const struct figures *figures, const char *path);

/* The value that this part of all values does not exceed; the array is put in order. */
double figures_percentile(double *values, size_t n, double part);

#endif
