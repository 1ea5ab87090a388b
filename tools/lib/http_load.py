"""Load for `tools/bench http`: raw sockets, requests made beforehand, so that what is measured is the daemon."""
import multiprocessing
import os
import socket
import time


class Connection:
    """One kept-alive connection; a request is sent whole, its answer read whole."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)

    def ask(self, data):
        self.socket.sendall(data)
        answer = self.socket.recv(1 << 16)
        head = answer.index(b"\r\n\r\n") + 4
        place = answer.index(b"Content-Length: ") + 16
        left = head + int(answer[place:answer.index(b"\r", place)]) - len(answer)
        while left > 0:
            left -= len(self.socket.recv(min(left, 1 << 16)))
        if not answer.startswith(b"HTTP/1.1 200"):
            raise SystemExit(answer.decode(errors="replace"))
        return answer


def post(path, body, kind=b"application/json"):
    return b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s" % (
        path, kind, len(body), body)


def single(name, number):
    return post(b"/v1/events", b'{"event":"playStart","contentId":"cnt_%d","eventId":"%s-%d","userId":"user_%d",'
                b'"data":{"startupTime":250,"codec":"h264"}}' % (number % 100, name, number, number % 1000))


def sync_times(place, count):
    """Seconds of `fdatasync` after a small write into a file whose space is there, as the journal does it."""
    path = os.path.join(place, "sync")
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    os.write(file, bytes(1 << 20))
    os.fsync(file)
    times = []
    for number in range(count):
        start = time.perf_counter()
        os.pwrite(file, os.urandom(256), 256 * (number % 4000))
        os.fdatasync(file)
        times.append(time.perf_counter() - start)
    os.close(file)
    os.unlink(path)
    return times


def request_times(path, count, name):
    """Seconds of one small POST after another on one connection."""
    connection = Connection(path)
    requests = [single(name.encode(), number) for number in range(count)]
    times = []
    for request in requests:
        start = time.perf_counter()
        connection.ask(request)
        times.append(time.perf_counter() - start)
    return times


def floor_times(place, count):
    """Seconds of the least that a durable answer takes: a process that reads a request from a socket, writes it
    to a file, syncs and answers, with nothing in between. What is beyond `sync_times` is the machine's wake-ups."""
    path = os.path.join(place, "floor.sock")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen()
    server = multiprocessing.get_context("fork").Process(target=serve_floor, args=(listener, place))
    server.start()
    listener.close()
    try:
        return request_times(path, count, "floor")
    finally:
        server.terminate()
        server.join()
        os.unlink(path)


def serve_floor(listener, place):
    """The server of `floor_times`."""
    file = os.open(os.path.join(place, "floor"), os.O_RDWR | os.O_CREAT, 0o600)
    os.unlink(os.path.join(place, "floor"))
    os.write(file, bytes(1 << 20))
    os.fsync(file)
    connection, _ = listener.accept()
    offset = 0
    while request := connection.recv(1 << 16):
        os.pwrite(file, request[:256], offset % (1 << 20))
        os.fdatasync(file)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        offset += 256


def batches(lines, size=100):
    """Requests to the batch endpoint with all of these lines."""
    return [post(b"/v1/events/batch", b'{"events":[' + b",".join(lines[i:i + size]) + b"]}")
            for i in range(0, len(lines), size)]


def in_parallel(path, shares):
    """Sends each share of requests on a connection and in a process of its own; seconds until all are answered."""
    def send(requests):
        connection = Connection(path)
        ready.wait()
        for request in requests:
            connection.ask(request)

    context = multiprocessing.get_context("fork")
    ready = context.Barrier(len(shares) + 1)
    processes = [context.Process(target=send, args=(share,)) for share in shares]
    for process in processes:
        process.start()
    ready.wait()
    start = time.perf_counter()
    for process in processes:
        process.join()
    if any(process.exitcode for process in processes):
        raise SystemExit("a connection failed")
    return time.perf_counter() - start


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
