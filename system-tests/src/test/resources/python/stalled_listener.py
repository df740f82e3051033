"""Listens to a task's events and reads none of them, with as little room on the way as TCP allows.

Usage: stalled_listener.py HOST PORT TASK KEY; runs until its input ends. Says "listening" when the stream has begun.
"""
import socket
import sys

host, port, task, key = sys.argv[1:5]
with socket.socket() as connection:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 88)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
    connection.connect((host, int(port)))
    connection.sendall(f"GET /v1/tasks/{task}/events HTTP/1.1\r\nHost: {host}\r\nX-Auth-Key: {key}\r\n\r\n".encode())
    connection.recv(1)
    print("listening", flush=True)
    sys.stdin.read()
