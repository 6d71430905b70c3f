"""Obeys commands on stdin and tells on stdout what comes of them, a JSON object a line."""
import json
import sys
import threading
import urllib.error
import urllib.request

from haggle import Haggle

lock = threading.Lock()


def tell(line):
    with lock:
        print(json.dumps(line), flush=True)


def rest(url, method, path, body):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url + path, data, {"Content-Type": "application/json"}, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return {"status": answer.status, "body": json.load(answer)}
    except urllib.error.HTTPError as error:
        return {"status": error.code, "body": json.load(error)}


def obey(url, haggle, command):
    what = command["do"]
    if what == "connect":
        return haggle.connect()
    if what == "close":
        return haggle.socket.disconnect()
    if what == "renew":
        return haggle.refresh(command["token"])
    if what == "rest":
        return rest(url, command["method"], command["path"], command.get("body"))
    return haggle.request(command["event"], command["payload"])


def run(url, haggle, command):
    try:
        tell({"id": command["id"], "answer": obey(url, haggle, command)})
    except Exception as error:
        tell({"id": command["id"], "failed": repr(error)})


url, token = sys.argv[1:]
haggle = Haggle(url, token, lambda event, payload=None: tell({"event": event, "payload": payload}))
for line in sys.stdin:
    threading.Thread(target=run, args=(url, haggle, json.loads(line)), daemon=True).start()
