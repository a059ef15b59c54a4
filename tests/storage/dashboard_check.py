"""dashboard_check.py TUNE FOLDER PICTURE: see tests/storage/dashboard."""
import json
import pathlib
import shutil
import subprocess
import sys
import threading
import urllib.request
import wsgiref.simple_server
from socketserver import ThreadingMixIn

from optuna_dashboard import wsgi
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

TUNE, FOLDER, PICTURE = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]
PATIENCE = 300  # seconds that a busy machine may need; nothing waits them out that succeeds

SPACE = """[study]
name = running
seed = 3
strategy = tpe
trials = 100000000
[data]
generator = friedman1(10000, noise=0.5)
[cv]
folds = 3
[training]
epochs = 40
[space]
n_hidden = int(0, 3)
n_neurons = int(4, 24, step=4) when n_hidden >= 1
learning_rate = reciprocal(1e-3, 0.3)
"""


def start_study():
    """A run that goes on until it is killed, one of whose trials has ended."""
    space = FOLDER / "space.ini"
    space.write_text(SPACE)
    program = subprocess.Popen(
        [TUNE, "--space", str(space), "--out", str(FOLDER / "out"), "--jobs", "1"],
        stdout=subprocess.PIPE, text=True)
    for line in program.stdout:
        if line.startswith("trial "):
            return program
    raise AssertionError("the study has ended")


class Server(ThreadingMixIn, wsgiref.simple_server.WSGIServer):
    """optuna-dashboard at a port that is free, on a thread of its own."""
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Quiet)
        self.set_app(wsgi(f"sqlite:///{FOLDER / 'out' / 'study.db'}"))
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Quiet(wsgiref.simple_server.WSGIRequestHandler):
    def log_message(self, *_):
        pass


def start_browser():
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1400,2000"):
        options.add_argument(flag)
    return webdriver.Chrome(
        options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))


def shown(browser):
    """Whether the page has drawn the points of the history and all of its parts."""
    text = browser.find_element(By.TAG_NAME, "body").text
    return (browser.find_elements(By.CSS_SELECTOR, ".js-plotly-plot .points path") and
            all(part in text for part in ("running (id=1)", "Best Trial", "Complete", "Running",
                                          "n_hidden", "Intermediate values")))


study = start_study()
try:
    with Server() as server:
        address = f"http://127.0.0.1:{server.server_port}"
        detail = json.load(urllib.request.urlopen(f"{address}/api/studies/1"))
        states = {t["state"] for t in detail["trials"]}
        assert {"Complete", "Running"} <= states, states
        browser = start_browser()
        try:
            browser.get(f"{address}/dashboard/studies/1")
            WebDriverWait(browser, PATIENCE).until(shown)
            assert browser.save_screenshot(PICTURE)
        finally:
            browser.quit()
        server.shutdown()
    assert study.poll() is None
finally:
    study.kill()
    study.wait()
print("optuna-dashboard shows it")
