/* Lets one call of the C library fail on files of one folder, as a disk does: FAULT_FOLDER, FAULT_CALL, FAULT_ERRNO,
   FAULT_FIRST (the how manieth of them fails first) and FAULT_COUNT (how many then fail). Loaded by LD_PRELOAD. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static atomic_long calls;

static int in_folder(const char *path) {
    const char *folder = getenv("FAULT_FOLDER");
    return folder && path && strncmp(path, folder, strlen(folder)) == 0;
}

static int fails(const char *call, const char *path) {
    const char *which = getenv("FAULT_CALL");
    if (!which || strcmp(which, call) || !in_folder(path)) return 0;
    long number = atomic_fetch_add(&calls, 1), first = atol(getenv("FAULT_FIRST")), count = atol(getenv("FAULT_COUNT"));
    if (number < first || number >= first + count) return 0;
    errno = atoi(getenv("FAULT_ERRNO"));
    return 1;
}

static int fails_at(const char *call, int file) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    path[length > 0 ? length : 0] = 0;
    return fails(call, path);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define OF_FILE(type, name, call, parameters, arguments) \
    type name parameters { return fails_at(call, file) ? -1 : REAL(name) arguments; }
#define OF_PATH(type, name, call, parameters, arguments) \
    type name parameters { return fails(call, path) ? -1 : REAL(name) arguments; }
#define OPENING(name) \
    int name(const char *path, int flags, ...) { \
        va_list rest; \
        va_start(rest, flags); \
        mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0; \
        va_end(rest); \
        return fails("open", path) ? -1 : REAL(name)(path, flags, mode); \
    }

OPENING(open)
OPENING(open64)
OF_FILE(ssize_t, read, "read", (int file, void *to, size_t count), (file, to, count))
OF_FILE(ssize_t, pread, "read", (int file, void *to, size_t count, off_t at), (file, to, count, at))
OF_FILE(ssize_t, pread64, "read", (int file, void *to, size_t count, off64_t at), (file, to, count, at))
OF_FILE(ssize_t, write, "write", (int file, const void *from, size_t count), (file, from, count))
OF_FILE(ssize_t, pwrite, "write", (int file, const void *from, size_t count, off_t at), (file, from, count, at))
OF_FILE(ssize_t, pwrite64, "write", (int file, const void *from, size_t count, off64_t at), (file, from, count, at))
OF_FILE(int, fsync, "sync", (int file), (file))
OF_FILE(int, fdatasync, "sync", (int file), (file))
OF_FILE(int, ftruncate, "truncate", (int file, off_t length), (file, length))
OF_FILE(int, ftruncate64, "truncate", (int file, off64_t length), (file, length))
OF_FILE(int, flock, "lock", (int file, int how), (file, how))
OF_PATH(int, unlink, "remove", (const char *path), (path))
OF_PATH(int, mkdir, "make", (const char *path, mode_t mode), (path, mode))

int rename(const char *path, const char *to) { return fails("rename", to) ? -1 : REAL(rename)(path, to); }

static int locked(int file, int command) {
    return (command == F_SETLK || command == F_SETLKW) && fails_at("lock", file);
}

int fcntl(int file, int command, ...) {
    va_list rest;
    va_start(rest, command);
    void *argument = va_arg(rest, void *);
    va_end(rest);
    return locked(file, command) ? -1 : REAL(fcntl)(file, command, argument);
}

int fcntl64(int file, int command, ...) {
    va_list rest;
    va_start(rest, command);
    void *argument = va_arg(rest, void *);
    va_end(rest);
    return locked(file, command) ? -1 : REAL(fcntl64)(file, command, argument);
}
