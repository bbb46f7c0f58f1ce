// The limit to compare with: a bare loop that sends the same bytes to every open socket.
//
//   floor PORT BYTES
//
// Any text frame from a client is a mark: it is sent back to all, in a frame of BYTES bytes,
// and the moment before the first send (CLOCK_REALTIME, ns) is printed. Nothing is checked,
// nothing is kept but the sockets: no forum can be quicker on this machine.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#define MOST 100000
static const char *ACCEPT =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
static int sockets[MOST], place[MOST], greeted[MOST], count, loop;
static unsigned char *frame;
static int header, size;

static void add(int server) {
    int one = 1, fd;
    while ((fd = accept4(server, 0, 0, SOCK_NONBLOCK)) >= 0) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
        epoll_ctl(loop, EPOLL_CTL_ADD, fd, &event);
        greeted[fd] = 0;
    }
}

static void drop(int fd) {
    if (greeted[fd]) {
        place[sockets[--count]] = place[fd];
        sockets[place[fd]] = sockets[count];
    }
    close(fd);
}

static void spread(const unsigned char *mark, int length) {
    struct timespec now;
    memset(frame + header, '.', size);
    memcpy(frame + header, mark, length < size ? length : size);
    clock_gettime(CLOCK_REALTIME, &now);
    for (int i = 0; i < count; i++)
        send(sockets[i], frame, header + size, MSG_NOSIGNAL | MSG_DONTWAIT);
    printf("%lld\n", (long long)now.tv_sec * 1000000000 + now.tv_nsec);
    fflush(stdout);
}

static void hear(int fd) {
    unsigned char read_in[4096], *at = read_in;
    ssize_t left = read(fd, read_in, sizeof read_in);
    if (left <= 0) {
        if (left == 0 || errno != EAGAIN) drop(fd);
        return;
    }
    if (!greeted[fd]) {
        greeted[fd] = 1;
        place[fd] = count;
        sockets[count++] = fd;
        send(fd, ACCEPT, strlen(ACCEPT), MSG_NOSIGNAL);
        return;
    }
    for (int length; left >= 6 && left >= 6 + (length = at[1] & 127); at += 6 + length) {
        for (int i = 0; i < length; i++) at[6 + i] ^= at[2 + (i & 3)];
        if ((at[0] & 15) == 1) spread(at + 6, length);
        left -= 6 + length;
    }
}

int main(int argc, char **argv) {
    if (argc != 3) return fprintf(stderr, "usage: floor PORT BYTES\n"), 2;
    int server = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1]))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(server, (void *)&address, sizeof address) || listen(server, 4096))
        return perror("floor"), 1;
    size = atoi(argv[2]);
    if (size < 126) size = 126;
    if (size > 65535) size = 65535;
    header = 4;
    frame = malloc(header + size);
    memcpy(frame, (unsigned char[]){0x81, 126, size >> 8, size & 255}, 4);
    loop = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = server}, events[1024];
    epoll_ctl(loop, EPOLL_CTL_ADD, server, &event);
    puts("listening");
    fflush(stdout);
    for (;;) {
        int ready = epoll_wait(loop, events, 1024, -1);
        for (int i = 0; i < ready; i++)
            events[i].data.fd == server ? add(server) : hear(events[i].data.fd);
    }
}
