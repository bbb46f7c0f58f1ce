// Many followers in one process, fast enough not to be the limit: N WebSockets, one loop.
//
//   wsload -p PORT -u PATHS -n N [-i INFLIGHT] [-g] [-a LINES] [-c COOKIES]
//          [-o ORIGIN] [-z] [-s TEXT] [-r PREFIX=ANSWER]... [-m MARK]
//
// -u  a file with one path per line, used in turn
// -g  a line counts as open once its first text has come, not at the handshake
// -a  so many lines come from one address: 127.0.0.1, then 127.0.0.2… (default: 1000)
// -c  a file with one Cookie header per line, used in turn; an empty line is a guest
// -z  offers permessage-deflate, as browsers do; packed texts of 300 bytes and more are
//     logged as number 0, and not unpacked
// -s  text sent when a line opens; -r answers texts that start with PREFIX (socket.io)
// -m  what is looked for in each text: MARK followed by a number, which is then logged
//     with the line and the moment (CLOCK_REALTIME, ns) at which the kernel got the bytes
//
// It prints "OPEN open failed seconds", then obeys lines on stdin:
//   wait COUNT MS   until COUNT marks are logged       -> "LOGGED count"
//   hear COUNT MS   until COUNT texts came since beat  -> "HEARD count"
//   beat            every open line sends {}           -> "BEAT lines"
//   send TEXT       the first open line says TEXT
//   dump FILE       writes and forgets the log: {u32 line, u32 number, i64 ns} each -> "DUMPED n"
//   state           -> "STATE open closed texts bytes longest cpu_seconds code:count,..."
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CONNECTING, GREETING, WAITING, OPEN, ENDED };
typedef struct { int fd, state, kept; unsigned char *rest; } Line;
typedef struct { uint32_t line, number; int64_t at; } Entry;
static Line *lines;
static Entry *log_;
static size_t logged, room;
static int port, total = 1, inflight = 64, each = 1000, greeting, packing, loop, started, going, open_, failed;
static char *origin, *subscribe, *mark, **paths, **cookies, *prefix[8], *answer[8];
static int path_count, cookie_count, rules;
static long texts, heard, bytes, longest, codes[6000];
static unsigned char scratch[1 << 20]; // A frame has 512 kB at most.

static int64_t now(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void end(Line *line, int code) {
    if (line->state == ENDED) return;
    if (line->state == OPEN) open_--; else { going--; failed++; }
    line->state = ENDED;
    codes[code > 0 && code < 6000 ? code : 0]++;
    close(line->fd);
    free(line->rest);
    line->rest = 0;
}

static void watch(Line *line, int how, uint32_t events) {
    struct epoll_event event = {.events = events, .data.u32 = line - lines};
    epoll_ctl(loop, how, line->fd, &event);
}

static void start(Line *line) {
    int one = 1;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    line->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (line->fd < 0) { perror("wsload: socket"); exit(2); }
    setsockopt(line->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(line->fd, SOL_SOCKET, SO_TIMESTAMPNS, &one, sizeof one);
    struct sockaddr_in from = {.sin_family = AF_INET};
    from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + (line - lines) / each);
    bind(line->fd, (void *)&from, sizeof from);
    line->state = CONNECTING;
    going++;
    if (connect(line->fd, (void *)&to, sizeof to) && errno != EINPROGRESS)
        end(line, errno);
    else
        watch(line, EPOLL_CTL_ADD, EPOLLOUT);
}

static void ask(Line *line) {
    int i = line - lines;
    char request[4096], *cookie = cookie_count ? cookies[i % cookie_count] : "";
    int length = snprintf(request, sizeof request,
        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Sec-WebSocket-Version: 13\r\n%s%s%s%s%s%s%s\r\n", paths[i % path_count], port,
        packing ? "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n" : "",
        origin ? "Origin: " : "", origin ? origin : "", origin ? "\r\n" : "",
        *cookie ? "Cookie: " : "", cookie, *cookie ? "\r\n" : "");
    line->state = GREETING;
    if (write(line->fd, request, length) != length) return end(line, errno);
    watch(line, EPOLL_CTL_MOD, EPOLLIN);
}

static void say(Line *line, int opcode, const char *text, int length) {
    unsigned char frame[65544] = {0x80 | opcode, 0x80}, *at = frame + 2;
    if (length > 65535) length = 65535;
    if (length < 126) frame[1] |= length;
    else { frame[1] |= 126; *at++ = length >> 8; *at++ = length & 255; }
    memset(at, 0, 4);  // A mask of zeros: the text as it is.
    memcpy(at + 4, text, length);
    if (write(line->fd, frame, at + 4 + length - frame) < 0 && errno != EAGAIN) end(line, 1006);
}

static void enter(Line *line, uint32_t number, int64_t at) {
    if (logged == room) log_ = realloc(log_, (room = room * 2 + 4096) * sizeof *log_);
    log_[logged++] = (Entry){line - lines, number, at};
}

static void note(Line *line, const unsigned char *text, size_t length, int64_t at) {
    const unsigned char *stop = text + length;
    size_t before = logged, width = strlen(mark);
    while ((text = memmem(text, stop - text, mark, width))) {
        uint32_t number = 0;
        int digits = 0;
        for (text += width; text < stop && isdigit(*text); digits++)
            number = number * 10 + *text++ - '0';
        int known = !digits;
        for (size_t i = before; i < logged && !known; i++) known = log_[i].number == number;
        if (!known) enter(line, number, at);
    }
}

static void opened(Line *line) { line->state = OPEN; going--; open_++; }

static void take(Line *line, int opcode, int packed, unsigned char *text, size_t length, int64_t at) {
    if (opcode == 9) say(line, 10, (char *)text, length);
    if (opcode == 8) end(line, length >= 2 ? text[0] << 8 | text[1] : 1005);
    if (opcode > 2) return;
    texts++, heard++;
    if ((long)length > longest) longest = length;
    if (line->state == WAITING) opened(line);
    if (packed && length >= 300) enter(line, 0, at);
    else if (mark) note(line, text, length, at);
    for (int i = 0; i < rules; i++)
        if (length >= strlen(prefix[i]) && !memcmp(text, prefix[i], strlen(prefix[i]))) {
            say(line, 1, answer[i], strlen(answer[i]));
            break;
        }
}

static size_t handshake(Line *line, unsigned char *data, size_t length) {
    unsigned char *stop = memmem(data, length, "\r\n\r\n", 4);
    if (!stop) return 0;
    if (memcmp(data, "HTTP/1.1 101", 12)) return end(line, atoi((char *)data + 9)), length;
    line->state = WAITING;
    if (!greeting) opened(line);
    if (subscribe) say(line, 1, subscribe, strlen(subscribe));
    return stop + 4 - data;
}

static size_t frames(Line *line, unsigned char *data, size_t length, int64_t at) {
    size_t done = 0;
    while (line->state != ENDED && length - done >= 2) {
        unsigned char *head = data + done;
        uint64_t size = head[1] & 127, header = size == 126 ? 4 : size == 127 ? 10 : 2;
        if (length - done < header) break;
        if (header > 2) size = 0;
        for (uint64_t i = 2; i < header; i++) size = size << 8 | head[i];
        if (length - done < header + size) break;
        take(line, head[0] & 15, head[0] & 0x40, head + header, size, at);
        done += header + size;
    }
    return done;
}

static void hear(Line *line) {
    char control[256];
    memcpy(scratch, line->rest ? line->rest : scratch, line->kept);
    struct iovec into = {scratch + line->kept, sizeof scratch - line->kept};
    struct msghdr message = {.msg_iov = &into, .msg_iovlen = 1, .msg_control = control,
                             .msg_controllen = sizeof control};
    ssize_t got = recvmsg(line->fd, &message, 0);
    if (got <= 0) {
        if (got == 0 || (errno != EAGAIN && errno != EINTR)) end(line, 1006);
        return;
    }
    int64_t at = now(CLOCK_REALTIME);
    struct cmsghdr *c = CMSG_FIRSTHDR(&message);
    if (c && c->cmsg_type == SO_TIMESTAMPNS) {
        struct timespec *t = (void *)CMSG_DATA(c);
        at = (int64_t)t->tv_sec * 1000000000 + t->tv_nsec;
    }
    bytes += got;
    size_t length = line->kept + got, done = 0;
    if (line->state == GREETING) done = handshake(line, scratch, length);
    if (line->state == WAITING || line->state == OPEN)
        done += frames(line, scratch + done, length - done, at);
    if (line->state == ENDED) return;
    line->kept = length - done;
    if (line->kept == sizeof scratch) return end(line, 1009);
    line->rest = realloc(line->rest, line->kept ? line->kept : 1);
    memcpy(line->rest, scratch + done, line->kept);
}

static int turn(int ms) {  // Whether a command waits.
    static struct epoll_event events[1024];
    int asked = 0, ready = epoll_wait(loop, events, 1024, ms);
    for (int i = 0; i < ready; i++) {
        if (events[i].data.u32 == UINT32_MAX) { asked = 1; continue; }
        Line *line = lines + events[i].data.u32;
        if (line->state == CONNECTING && events[i].events & (EPOLLERR | EPOLLHUP)) end(line, 1006);
        else if (line->state == CONNECTING) ask(line);
        else if (line->state != ENDED) hear(line);
    }
    while (started < total && going < inflight) start(lines + started++);
    return asked;
}

static void until(size_t *seen, size_t count, long ms) {
    int64_t stop = now(CLOCK_MONOTONIC) + ms * 1000000;
    while (*seen < count && now(CLOCK_MONOTONIC) < stop && open_) turn(10);
}

static void dump(const char *name) {
    FILE *file = fopen(name, "w");
    if (!file) { perror(name); exit(2); }
    fwrite(log_, sizeof *log_, logged, file);
    fclose(file);
    printf("DUMPED %zu\n", logged);
    logged = 0;
}

static void state(void) {
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    double cpu = u.ru_utime.tv_sec + u.ru_stime.tv_sec
        + (u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
    int closed = 0;
    for (int i = 0; i < started; i++) closed += lines[i].state == ENDED;
    printf("STATE %d %d %ld %ld %ld %.3f ", open_, closed, texts, bytes, longest, cpu);
    for (int code = 0; code < 6000; code++)
        if (codes[code]) printf("%d:%ld,", code, codes[code]);
    printf("\n");
}

static void obey(char *command) {
    size_t count = 0;
    long ms = 0;
    if (sscanf(command, "wait %zu %ld", &count, &ms) == 2) {
        until(&logged, count, ms);
        printf("LOGGED %zu\n", logged);
    } else if (sscanf(command, "hear %zu %ld", &count, &ms) == 2) {
        until((size_t *)&heard, count, ms);
        printf("HEARD %ld\n", heard);
    } else if (!strncmp(command, "beat", 4)) {
        heard = 0;
        for (int i = 0; i < total; i++)
            if (lines[i].state == OPEN) count++, say(lines + i, 1, "{}", 2);
        printf("BEAT %zu\n", count);
    } else if (!strncmp(command, "send ", 5)) {
        int i = 0;
        while (i < total && lines[i].state != OPEN) i++;
        if (i < total) say(lines + i, 1, command + 5, strcspn(command + 5, "\n"));
    } else if (!strncmp(command, "dump ", 5)) {
        command[strcspn(command, "\n")] = 0;
        dump(command + 5);
    } else if (!strncmp(command, "state", 5)) state();
    fflush(stdout);
}

static char **read_lines(const char *name, int *count) {
    FILE *file = fopen(name, "r");
    char text[2048], **read = 0;
    if (!file) { perror(name); exit(2); }
    while (fgets(text, sizeof text, file)) {
        text[strcspn(text, "\n")] = 0;
        read = realloc(read, (*count + 1) * sizeof *read);
        read[(*count)++] = strdup(text);
    }
    fclose(file);
    return read;
}

static void rule(char *text) {
    char *equals = strchr(text, '=');
    if (!equals || rules == 8) { fprintf(stderr, "wsload: -r PREFIX=ANSWER, 8 at most\n"); exit(2); }
    *equals = 0;
    prefix[rules] = text;
    answer[rules++] = equals + 1;
}

int main(int argc, char **argv) {
    for (int option; (option = getopt(argc, argv, "p:u:n:i:ga:c:o:zs:r:m:")) > 0;)
        switch (option) {
            case 'p': port = atoi(optarg); break;
            case 'u': paths = read_lines(optarg, &path_count); break;
            case 'n': total = atoi(optarg); break;
            case 'i': inflight = atoi(optarg); break;
            case 'g': greeting = 1; break;
            case 'a': each = atoi(optarg); break;
            case 'c': cookies = read_lines(optarg, &cookie_count); break;
            case 'o': origin = optarg; break;
            case 'z': packing = 1; break;
            case 's': subscribe = optarg; break;
            case 'r': rule(optarg); break;
            case 'm': mark = optarg; break;
            default: return 2;
        }
    if (!path_count) return fprintf(stderr, "wsload: -u PATHS\n"), 2;
    lines = calloc(total, sizeof *lines);
    loop = epoll_create1(0);
    int64_t from = now(CLOCK_MONOTONIC);
    while (started < total || going) turn(100);
    printf("OPEN %d %d %.4f\n", open_, failed, (now(CLOCK_MONOTONIC) - from) / 1e9);
    fflush(stdout);
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = UINT32_MAX};
    epoll_ctl(loop, EPOLL_CTL_ADD, 0, &event);
    setvbuf(stdin, 0, _IONBF, 0);
    for (char command[65536];;)
        if (turn(1000) && (!fgets(command, sizeof command, stdin) || (obey(command), 0))) return 0;
}
