job "java" {
  group "app" {
    task "jar" {
      driver = "java"

      config {
        jar_path    = "local/app.jar"
        jvm_options = ["-Xmx2048m", "-Xms256m"]
        args        = ["--quiet"]
      }

      resources {
        memory = 2300
      }
    }

    task "class" {
      driver = "java"

      config {
        class      = "com.example.Main"
        class_path = "${NOMAD_TASK_DIR}/classes"
        pid_mode   = "private"
      }
    }
  }
}
