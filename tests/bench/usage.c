/* usage.c - processor time, memory and disk of a process, by what the kernel says. */
#include "tests/bench/usage.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { LINE_BYTES = 256, PATH_BYTES = 512 };

/* The number behind this word in a file of /proc; -1 when it cannot be read. */
static double number_in(pid_t pid, const char *name, const char *word)
{
    char path[LINE_BYTES], line[LINE_BYTES];
    double value = -1;

    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return -1;
    while (fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, word, strlen(word)) == 0 &&
                sscanf(line + strlen(word), "%lf", &value) == 1)
            break;
    fclose(file);
    return value;
}

double usage_cpu_us(pid_t pid)
{
    struct timespec used;
    clockid_t clock;

    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0)
        return 0;
    return (double)used.tv_sec * 1e6 + (double)used.tv_nsec / 1e3;
}

struct usage usage_of(pid_t pid)
{
    pid_t id = pid == 0 ? getpid() : pid;
    double rss_kib = number_in(id, "status", "VmRSS:");

    return (struct usage){
            .cpu_us = usage_cpu_us(id),
            .written_bytes = number_in(id, "io", "write_bytes:"),
            .rss_bytes = rss_kib < 0 ? 0 : rss_kib * 1024,
    };
}

double usage_database(const char *path)
{
    static const char *const ENDS[] = {"", "-wal"};
    char file[PATH_BYTES];
    struct stat info;
    double bytes = 0;

    for (size_t i = 0; i < sizeof ENDS / sizeof *ENDS; i++) {
        snprintf(file, sizeof file, "%s%s", path, ENDS[i]);
        if (stat(file, &info) == 0)
            bytes += (double)info.st_size;
    }
    return bytes;
}
