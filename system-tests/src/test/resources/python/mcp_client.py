"""Uses the tools as an assistant does, with the official client of the Model Context Protocol.

Usage: mcp_client.py BASE_URL KEY MODE WHAT [ARGUMENTS]; prints one JSON object. MODE is auto (the newest protocol that both
sides know) or legacy (with a handshake).
"""
import base64
import json
import sys

import anyio
import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

base_url, key, mode, what = sys.argv[1:5]


async def tools(client):
    listed = await client.list_tools()
    return {"version": client.protocol_version, "names": [tool.name for tool in listed.tools]}


async def draw(client):
    seen = []

    async def progress(now, total, message):
        seen.append([now, total, message])

    answer = await client.call_tool("generate_image", json.loads(sys.argv[5]), progress_callback=progress)
    images = [block for block in answer.content if block.type == "image"]
    return {"failed": answer.is_error, "content": answer.structured_content, "progress": seen,
            "text": [block.text for block in answer.content if block.type == "text"],
            "previews": [base64.b64decode(image.data)[8:12].decode() for image in images]}


async def call(client):
    answer = await client.call_tool(sys.argv[5], json.loads(sys.argv[6]))
    return {"failed": answer.is_error, "content": answer.structured_content, "text": getattr(answer.content[0], "text", None)}


async def give_up(client):
    begun = anyio.Event()

    async def progress(now, total, message):
        begun.set()

    async def draw():
        await client.call_tool("generate_image", json.loads(sys.argv[5]), progress_callback=progress)

    async with anyio.create_task_group() as group:
        group.start_soon(draw)
        await begun.wait()
        group.cancel_scope.cancel()
    await anyio.sleep(2)  # the client tells the server in the background
    return {"gave_up": True}


async def main():
    async with httpx2.AsyncClient(headers={"Authorization": "Bearer " + key}, timeout=120) as http:
        async with Client(streamable_http_client(base_url + "/mcp", http_client=http), mode=mode) as client:
            print(json.dumps(await {"tools": tools, "draw": draw, "call": call, "give_up": give_up}[what](client)))


anyio.run(main)
