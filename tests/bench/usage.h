/* usage.h - what a process has used of the machine so far. */
#ifndef USAGE_H
#define USAGE_H

#include <stdint.h>
#include <sys/types.h>

struct usage {
    double cpu_us;        /* user and system, of all its threads */
    double written_bytes; /* that it gave the disk to write; -1 when nobody may know */
    double rss_bytes;
};

/* pid 0: this process. Zeros when it is gone. */
struct usage usage_of(pid_t pid);

/* The first of these alone, without looking into files. */
double usage_cpu_us(pid_t pid);

/* Bytes that the files of this database lie in. */
double usage_database(const char *path);

#endif
